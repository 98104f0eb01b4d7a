/** A test of a service that was started from the folder: it answers as the model did when the folder was written. */
import { createHandler, type Servable } from '../serve/index.ts';
import type { WrittenFile } from './written.ts';

/** A request with the answer that it must get. */
export interface SmokeCase {
  readonly sha256: string;
  readonly request: unknown;
  readonly answer: unknown;
}

interface Description {
  readonly paths: {
    readonly '/predict': {
      readonly post: {
        readonly requestBody: { readonly content: { readonly 'application/json': { example: unknown } } };
      };
    };
  };
}

/** The example of the service's own description, and what the model answers to it. */
export async function smokeCase(model: Servable, sha256: string): Promise<SmokeCase> {
  const handler = createHandler(model);
  const described = await handler(new Request('http://service/openapi.json'));
  const { paths } = (await described.json()) as Description;
  const { example } = paths['/predict'].post.requestBody.content['application/json'];
  const request = new Request('http://service/predict', { method: 'POST', body: JSON.stringify(example) });
  const answer = await handler(request);
  if (!answer.ok) throw new Error(`the model does not answer its own example: ${await answer.text()}`);
  return { sha256, request: example, answer: await answer.json() };
}

export const smokeScript: WrittenFile = {
  path: () => 'smoke-test.mjs',
  text: ({ port }) => `#!/usr/bin/env node
// Asks a running service what it was asked when this folder was written: node smoke-test.mjs [URL]
// Exit code 0: it answers alike. A token is read from HILLOCK_TOKEN.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const base = (process.argv[2] ?? 'http://127.0.0.1:${port}').replace(/\\/$/, '');
const here = name => new URL(name, import.meta.url);
const { sha256, request, answer } = JSON.parse(readFileSync(here('smoke-test.json'), 'utf8'));
const token = process.env.HILLOCK_TOKEN;
const headers = { 'content-type': 'application/json', ...(token && { authorization: \`Bearer \${token}\` }) };
let failed = 0;

function say(what, problem) {
  if (problem) failed += 1;
  console.log(problem ? \`FAILED  \${what}: \${problem}\` : \`ok      \${what}\`);
}

/** Where two answers differ by more than rounding on another processor explains; undefined where they agree. */
function difference(found, wanted, place = 'the answer') {
  if (typeof wanted === 'number') {
    const near = typeof found === 'number' && Math.abs(found - wanted) <= 1e-4 * Math.max(1e-2, Math.abs(wanted));
    return near ? undefined : \`\${place} is \${JSON.stringify(found)}, expected \${wanted}\`;
  }
  if (wanted === null || typeof wanted !== 'object')
    return found === wanted ? undefined : \`\${place} is \${JSON.stringify(found)}, expected \${JSON.stringify(wanted)}\`;
  if (found === null || typeof found !== 'object') return \`\${place} is \${JSON.stringify(found)}\`;
  for (const key of Object.keys(wanted)) {
    const inside = difference(found[key], wanted[key], \`\${place}.\${key}\`);
    if (inside) return inside;
  }
  return undefined;
}

async function asked(what, path, options, judge) {
  try {
    const response = await fetch(base + path, { signal: AbortSignal.timeout(10_000), ...options });
    say(what, await judge(response));
  } catch (error) {
    say(what, error.cause?.message ?? error.message);
  }
}

const asksForToken = ': it asks for a token, set HILLOCK_TOKEN to it';
const status = wanted => response =>
  response.status === wanted ? undefined : \`status \${response.status}\${response.status === 401 ? asksForToken : ''}\`;
const post = body => ({ method: 'POST', headers, body: JSON.stringify(body) });

const own = createHash('sha256').update(readFileSync(here('model.onnx'))).digest('hex');
say('model.onnx is the file of the card', own === sha256 ? undefined : \`its SHA-256 is \${own}\`);
await asked('it is ready', '/readyz', {}, status(200));
await asked('it answers as it did', '/predict', post(request), async response =>
  response.ok ? difference(await response.json(), answer) : \`status \${response.status}: \${await response.text()}\`,
);
await asked('it answers a list', '/predict', post([request]), async response =>
  difference(await response.json(), { predictions: [answer] }),
);
await asked('it refuses what is no record', '/predict', post('none'), status(400));
await asked('it describes itself', '/openapi.json', { headers }, status(200));
process.exit(failed > 0 ? 1 : 0);
`,
};
