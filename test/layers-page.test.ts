/** docs/layers.md: what stands there runs, and both languages say the same. */
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, test } from 'vitest';
import * as nn from '../src/nn/index.ts';
import { blocks, programs } from './snippets.ts';

const page = await readFile(new URL('../docs/layers.md', import.meta.url), 'utf8');
const snippets = await programs();
afterAll(() => snippets.remove());

const read = (json: string): nn.NetworkSpec => nn.parseNetwork(JSON.parse(json));
const section = (title: string): string => page.split(`# ${title}\n`)[1]!.split('\n## ')[0]!.split('\n### ')[0]!;

/** A network of TypeScript, as the built package makes it, and what the program printed before. */
async function made(name: string, source: string): Promise<{ spec: nn.NetworkSpec; printed: string }> {
  const [, variable] = /const (\w+) = network\(/.exec(source)!;
  const stdout = await snippets.run(name, `${source}\nconsole.log(JSON.stringify(${variable}));`);
  const lines = stdout.trimEnd().split('\n');
  return { spec: read(lines.pop()!), printed: lines.join('\n') };
}

test('the first network is the same in both languages, and trains', async () => {
  const [ts, json] = [blocks(page, 'ts')[0]!, blocks(page, 'json')[0]!];
  const { spec, printed } = await made('first', ts);
  expect(spec).toEqual(read(json));
  expect(Number(printed)).toBeGreaterThan(0.1);
});

describe.each(['From PyTorch', 'From Keras'])('%s', title => {
  const rows = section(title)
    .split('\n')
    .filter(line => /^\| `/.test(line))
    .map(line => line.split(' | ').map(cell => cell.replace(/^\| |\s\|$/g, '').replace(/^`|`$/g, '')));
  const names = Object.keys(nn);
  const evaluate = (code: string): nn.LayerSpec =>
    new Function(...names, `return ${code}`)(...Object.values(nn)) as nn.LayerSpec;

  test('translates line by line', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const [theirs, ts, json] of rows)
      expect(read(`{"layers": [${json}]}`), theirs).toEqual(nn.network([evaluate(ts!)]));
  });
});

const networks = [
  ['LeNet-5', [1, 28, 28]],
  ['A small VGG for CIFAR-10', [3, 32, 32]],
  ['A block of ResNet', [3, 32, 32]],
] as const;
test.each(networks)('%s is the same in both languages, as large as the original', async (title, row) => {
  const text = section(title);
  const [ts, json, python] = ['ts', 'json', 'python'].map(language => blocks(text, language)[0]!);
  const { spec, printed } = await made(title.replace(/\W/g, ''), ts!);
  expect(spec).toEqual(read(json!));
  const [, count] = /([\d,]+) (?:trainable )?parameters/.exec(python!)!;
  expect(nn.summary(spec, row).parameters.toLocaleString('en')).toBe(count);
  for (const shown of blocks(text, 'text')) expect(printed).toBe(shown.trimEnd());
});
