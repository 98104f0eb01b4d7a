import { useSignal } from '@preact/signals';
import { type Curves, drawCurves } from 'hillock/draw';
import type { Signature } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { loaded } from '../../api/load.ts';
import { Answer } from '../../parts/Answer.tsx';
import { Canvas } from '../../parts/Canvas.tsx';
import { CellField } from '../../parts/CellField.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { shownRun } from './state.ts';

type Row = Readonly<Record<string, unknown>>;

const answer = loaded<Record<string, unknown>>();

/** A row of one's own, and what the model says to it. */
export function TryIt({ signature }: { readonly signature: Signature }) {
  const { fields, target } = signature;
  const simple = fields.every(({ example }) => example === null || typeof example !== 'object');
  const row = useSignal<Row>(Object.fromEntries(fields.map(({ name, example }) => [name, example])));
  const id = shownRun.value;
  useEffect(() => answer.clear(), []);
  useEffect(() => {
    const soon = setTimeout(() => void answer.load(signal => api.predict(id, row.value, signal)), 120);
    return () => clearTimeout(soon);
  }, [id, row.value]);
  const trouble = answer.trouble.value;
  return (
    <Section id="try" title={`Try it: what is ${target}?`}>
      {simple ? (
        <div class="try-fields">
          {fields.map(field => (
            <CellField
              key={field.name}
              field={field}
              value={row.value[field.name]}
              onChange={value => {
                row.value = { ...row.value, [field.name]: value };
              }}
            />
          ))}
        </div>
      ) : (
        <textarea
          class="json"
          aria-label="A record as JSON"
          rows={6}
          spellcheck={false}
          value={JSON.stringify(row.value)}
          onChange={event => {
            try {
              row.value = JSON.parse(event.currentTarget.value) as Row;
            } catch {
              event.currentTarget.setCustomValidity('This is not valid JSON.');
              event.currentTarget.reportValidity();
            }
          }}
          onInput={event => event.currentTarget.setCustomValidity('')}
          {...says(`What the model takes: ${fields.map(({ name, about }) => `${name}, ${about}`).join('; ')}.`)}
        />
      )}
      {trouble ? <Problem message={trouble.message} hint={trouble.hint} /> : <Said target={target} />}
    </Section>
  );
}

function Said({ target }: { readonly target: string }) {
  const found = answer.value.value;
  if (!found) return null;
  return (
    <Answer name={target} found={found}>
      {isForecast(found) && <Ahead target={target} {...found} />}
    </Answer>
  );
}

interface Forecast {
  readonly forecast: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const isForecast = (said: object): said is Forecast => 'forecast' in said;

/** The steps ahead with their bounds. */
function Ahead({ target, forecast, lower, upper }: Forecast & { readonly target: string }) {
  const model: Curves = {
    caption: `Forecast of ${target}`,
    x: { label: 'steps ahead' },
    y: { label: target },
    curves: [{ label: 'forecast', points: forecast.map((value, i) => [i + 1, value]), marks: true }],
    bands: [{ label: 'interval', points: forecast.map((_, i) => [i + 1, lower[i]!, upper[i]!]) }],
  };
  return (
    <Canvas
      title={model.caption}
      summary={`${forecast.length} steps ahead, the first ${shown(forecast[0])}, the last ${shown(forecast.at(-1))}`}
      height={220}
      draw={(context, look) => drawCurves(context, model, look)}
      says={`What ${target} will be in the next ${forecast.length} steps, with the bounds within which it should lie.`}
    />
  );
}
