import type { EvaluationAnswer } from 'hillock/studio';
import { Section } from '../../parts/Section.tsx';
import { shown, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';

type Score = EvaluationAnswer['metrics'][number];

/** Every score with its interval, beside an answer that costs nothing. */
export function Scores({ found }: { readonly found: EvaluationAnswer }) {
  const { metrics, trivial, part, rows, things } = found;
  const linear = metrics.some(metric => metric.linear !== null);
  return (
    <Section id="scores" title={`Scores on ${whole(rows)} ${things} of the ${part} part`}>
      <div class="scrolling">
        <table class="table scores">
          <caption class="reader">Scores with 95 % intervals and baselines</caption>
          <thead>
            <tr>
              <th scope="col">score</th>
              <th scope="col">value</th>
              <th scope="col">95 % interval</th>
              <th scope="col" class="track-head">
                <span class="reader">picture of the interval</span>
              </th>
              <th scope="col">{trivial}</th>
              {linear && <th scope="col">linear model</th>}
            </tr>
          </thead>
          <tbody>
            {metrics.map(score => (
              <tr key={score.metric} tabIndex={0} {...says(sentence(score, trivial))}>
                <th scope="row">{score.metric}</th>
                <td class="value">{shown(score.value, 4)}</td>
                <td>{score.interval ? `${shown(score.interval.low, 4)} … ${shown(score.interval.high, 4)}` : '–'}</td>
                <td>
                  <Track score={score} />
                </td>
                <td>{score.trivial === null ? '–' : shown(score.trivial, 4)}</td>
                {linear && <td>{score.linear === null ? '–' : shown(score.linear, 4)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

const sentence = ({ metric, about, better, value, trivial }: Score, name: string): string =>
  `${metric}: ${about} ${better === 'higher' ? 'Higher' : 'Lower'} is better. Here ${shown(value, 4)}${trivial === null ? '' : `; ${name} gets ${shown(trivial, 4)}`}.`;

/** The value and its interval on a line, with what costs nothing as a tick. */
function Track({ score: { value, interval, trivial, linear } }: { readonly score: Score }) {
  if (!interval) return null;
  const marks = [value, interval.low, interval.high, ...[trivial, linear].filter(one => one !== null)];
  const [low, high] = [Math.min(...marks), Math.max(...marks)];
  const at = (one: number): number => (high > low ? 6 + (108 * (one - low)) / (high - low) : 60);
  return (
    <svg class="track" viewBox="0 0 120 16" width="120" height="16" aria-hidden="true">
      <line x1="2" x2="118" y1="8" y2="8" class="rule" />
      <line x1={at(interval.low)} x2={at(interval.high)} y1="8" y2="8" class="span" />
      {trivial !== null && <line x1={at(trivial)} x2={at(trivial)} y1="2" y2="14" class="trivial" />}
      {linear !== null && <line x1={at(linear)} x2={at(linear)} y1="4" y2="12" class="linear" />}
      <circle cx={at(value)} cy="8" r="4" />
    </svg>
  );
}
