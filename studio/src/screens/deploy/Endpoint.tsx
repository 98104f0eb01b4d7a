import { useSignal } from '@preact/signals';
import type { Signature } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Segments } from '../../parts/Choice.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { whole } from '../../state/format.ts';
import { endpoint, shownRun } from './state.ts';

const languages = ['curl', 'fetch', 'Python'] as const;
type Language = (typeof languages)[number];
const refreshEvery = 2000;

/** Code that asks the endpoint for one row. */
const snippets: Readonly<Record<Language, (url: string, row: string) => string>> = {
  curl: (url, row) =>
    `curl ${url}/predict \\\n  -H 'content-type: application/json' \\\n  -d '${row.replaceAll("'", "'\\''")}'`,
  fetch: (url, row) =>
    `const response = await fetch('${url}/predict', {\n  method: 'POST',\n  headers: { 'content-type': 'application/json' },\n  body: JSON.stringify(${row}),\n});\nconst { prediction } = await response.json();`,
  Python: (url, row) =>
    `import json, urllib.request\n\nrow = json.loads(r'''${row}''')\nrequest = urllib.request.Request('${url}/predict', json.dumps(row).encode(),\n                                 {'content-type': 'application/json'})\nprint(json.load(urllib.request.urlopen(request))['prediction'])`,
};

const milliseconds = (seconds: number | null): string => (seconds === null ? '–' : `≤ ${seconds * 1000} ms`);

/** Predictions over HTTP, on this machine. */
export function EndpointPart({ signature }: { readonly signature: Signature | undefined }) {
  const language = useSignal<Language>('curl');
  const id = shownRun.value;
  const state = endpoint.value.value;
  const running = state?.endpoint;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void endpoint.load(() => api.endpoint(id)), refreshEvery);
    return () => clearInterval(timer);
  }, [id, running?.url]);
  const trouble = endpoint.trouble.value;
  const url = running?.url ?? 'http://127.0.0.1:8080';
  const row = JSON.stringify(Object.fromEntries((signature?.fields ?? []).map(({ name, example }) => [name, example])));
  const code = snippets[language.value](url, row);
  return (
    <Section
      id="endpoint"
      title="Endpoint"
      aside={
        running ? (
          <Button
            onClick={() => void endpoint.load(() => api.unserve(id))}
            says="Ends the endpoint; what it has accepted is answered."
          >
            Stop endpoint
          </Button>
        ) : (
          <Button
            primary
            disabled={endpoint.busy.value}
            onClick={() => void endpoint.load(() => api.serve(id, 0))}
            says="Starts hillock serve for this run on a free port of this machine, until the studio ends."
          >
            {endpoint.busy.value && state ? 'Starting…' : 'Start endpoint'}
          </Button>
        )
      }
    >
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {running ? (
        <>
          <p class="url">
            <a href={running.url} target="_blank" rel="noreferrer">
              {running.url}
            </a>{' '}
            · <a href={`${running.url}/openapi.json`}>openapi.json</a> · <a href={`${running.url}/metrics`}>metrics</a>
          </p>
          <div class="numbers">
            <Figure
              name="requests"
              value={whole(state.requests)}
              says="Requests for predictions since it was started."
            />
            <Figure
              name="refused"
              value={whole(state.refused)}
              says="Requests that it could not answer: wrong columns, too many rows."
            />
            <Figure
              name="half within"
              value={milliseconds(state.p50)}
              says="Half of the requests were answered within this time."
            />
            <Figure
              name="99 % within"
              value={milliseconds(state.p99)}
              says="99 of 100 requests were answered within this time."
            />
          </div>
        </>
      ) : (
        <p class="lead">
          Answers predictions over HTTP from this machine. It stops with the studio; for longer, see the folder below.
        </p>
      )}
      <Segments
        label="Ask it"
        {...bound(language)}
        options={languages.map(value => ({ value, title: value }))}
        says="Code that asks the endpoint for one row, ready to be copied."
      />
      <Snippet code={code} />
    </Section>
  );
}

/** Code with a button that copies it. */
export function Snippet({ code }: { readonly code: string }) {
  const copied = useSignal(false);
  return (
    <div class="snippet">
      <pre tabIndex={0}>{code}</pre>
      <Button
        onClick={() => {
          void navigator.clipboard.writeText(code).then(
            () => {
              copied.value = true;
              setTimeout(() => (copied.value = false), 1500);
            },
            () => undefined,
          );
        }}
        says="Copies this text."
      >
        {copied.value ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
