/** A page to try a model: a field for each column, made from what the model tells; nothing from elsewhere. */
import { aboutField } from './inputs/index.ts';
import { exampleOf } from './openapi.ts';
import type { ServedModel } from './served.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, letter => entities[letter]!);

/** The page of a model; the record is edited as JSON, with what each column takes beside it. */
export function page(model: ServedModel): string {
  const { name, reader, model: served } = model;
  const title = `${name}: predicts ${served.spec.target.name}`;
  const rows = reader.fields.map(
    field => `<tr><th scope="row">${escaped(field.name)}</th><td>${escaped(aboutField(field))}</td></tr>`,
  );
  const example = JSON.stringify(exampleOf(model), null, 2);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="/try.css">
<script type="module" src="/try.js"></script>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<form id="try">
<label for="record">A record, or a list of records, as JSON</label>
<textarea id="record" rows="${Math.min(24, example.split('\n').length + 1)}" spellcheck="false">${escaped(example)}</textarea>
<p><button type="submit">Predict</button>${reader.variants ? ' <label><input type="checkbox" id="explain"> with what each column contributes</label>' : ''}</p>
</form>
<h2 id="answer-title">Answer</h2>
<pre id="answer" role="status" aria-labelledby="answer-title" tabindex="0"></pre>
<h2>What it takes</h2>
<table><thead><tr><th scope="col">Column</th><th scope="col">Value</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
<p><a href="/openapi.json">openapi.json</a> · <a href="/metrics">metrics</a></p>
</main>
</body>
</html>
`;
}

export const script = `const form = document.querySelector('#try');
const answer = document.querySelector('#answer');
form.addEventListener('submit', async event => {
  event.preventDefault();
  const explain = document.querySelector('#explain');
  const path = explain && explain.checked ? '/predict?explain=1' : '/predict';
  answer.textContent = '…';
  try {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(path, { method: 'POST', headers, body: document.querySelector('#record').value });
    answer.textContent = JSON.stringify(await response.json(), null, 2);
  } catch (error) {
    answer.textContent = String(error);
  }
});
`;

export const style = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
label { display: block; }
p label { display: inline; }
textarea, pre { box-sizing: border-box; width: 100%; font: 0.9rem/1.4 ui-monospace, monospace; padding: 0.5rem; }
pre { min-height: 3rem; border: 1px solid GrayText; overflow-x: auto; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid GrayText; }
button { font: inherit; padding: 0.25rem 1rem; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;
