import type { ComponentChildren } from 'preact';
import { shown } from '../state/format.ts';
import { says } from '../state/says.ts';

const mostClasses = 10;

/** What a model says to a row: its prediction, and the likeliest classes with their probabilities. */
export function Answer({
  name,
  found: { prediction, probabilities },
  children,
}: {
  readonly name: string;
  readonly found: Readonly<Record<string, unknown>>;
  readonly children?: ComponentChildren;
}) {
  const shares = Object.entries((probabilities ?? {}) as Record<string, number>).sort(([, a], [, b]) => b - a);
  return (
    <div class="answer" role="status">
      {prediction !== undefined && (
        <p class="said">
          {name} = <b>{typeof prediction === 'number' ? shown(prediction, 5) : String(prediction ?? 'missing')}</b>
        </p>
      )}
      <ul class="classes">
        {shares.slice(0, mostClasses).map(([label, share]) => (
          <li key={label} {...says(`The probability of ${label}, by the network.`)}>
            <span>{label}</span>
            <i style={{ inlineSize: `${share * 100}%` }} />
            <b>{shown(share * 100, 3)} %</b>
          </li>
        ))}
      </ul>
      {children}
    </div>
  );
}
