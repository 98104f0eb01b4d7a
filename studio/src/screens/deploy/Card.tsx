import { Button } from '../../parts/Button.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { score, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { card, shownRun } from './state.ts';

function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** What one should know of the model before one relies on it. */
export function Card() {
  const found = card.value.value;
  const trouble = card.trouble.value;
  if (trouble) return <Problem message={trouble.message} hint={trouble.hint} />;
  if (!found) return null;
  const { card: model, text } = found;
  return (
    <Section
      id="card"
      title="Model card"
      aside={
        <div class="row">
          <a
            class="button"
            href={`/api/runs/${encodeURIComponent(shownRun.value)}/report.html`}
            target="_blank"
            rel="noreferrer"
            {...says('Everything about this run in one page to keep or to send: hillock report.')}
          >
            Report
          </a>
          <Button
            onClick={() => save(`${shownRun.value}-card.md`, text, 'text/markdown')}
            says="Saves the card as Markdown."
          >
            Markdown
          </Button>
          <Button
            onClick={() => save(`${shownRun.value}-card.json`, JSON.stringify(model, null, 2), 'application/json')}
            says="Saves the card as JSON."
          >
            JSON
          </Button>
        </div>
      }
    >
      <p class="predicts">
        Predicts <b>{model.target}</b> ({model.task}), learned from {whole(model.data.rows.train)} rows of{' '}
        {model.data.source}, judged on {whole(model.gate.rows)} rows of the {model.part} part.
      </p>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Scores with their intervals">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">measure</th>
              <th scope="col">score</th>
              <th
                scope="col"
                {...says(`The ${model.confidence * 100} % interval: how far the score may be off by chance.`)}
              >
                {model.confidence * 100} %
              </th>
              <th scope="col">trivial</th>
              <th scope="col">linear</th>
            </tr>
          </thead>
          <tbody>
            {model.metrics.map(({ metric, about, value, interval, trivial, linear }) => (
              <tr key={metric} {...says(`${metric}: ${about}.`)}>
                <td>{metric}</td>
                <td>
                  <b>{score(metric, value)}</b>
                </td>
                <td>{interval ? `${score(metric, interval.low)} … ${score(metric, interval.high)}` : ''}</td>
                <td>{trivial === null ? '' : score(metric, trivial)}</td>
                <td>{linear === null ? '' : score(metric, linear)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h3>Limits</h3>
      <ul class="notes">
        {model.limits.map(limit => (
          <li key={limit}>{limit.replace(/[*`]/g, '')}</li>
        ))}
      </ul>
      <p class="note" {...says('The SHA-256 of model.onnx: the same hash is the same model.')}>
        SHA-256 {model.model.sha256}
      </p>
    </Section>
  );
}
