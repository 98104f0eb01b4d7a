import type { LayersAnswer } from 'hillock/studio';
import { useEffect, useMemo } from 'preact/hooks';
import { evaluationApi } from '../../api/evaluation.ts';
import { loaded } from '../../api/load.ts';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { ownPicture, row } from './state.ts';

const numberOrText = (value: string | number): string => (typeof value === 'number' ? shown(value) : value);

/** What the network answers, and what every layer makes of the row on the way there. */
export function LayerByLayer({ id }: { readonly id: string }) {
  const answer = useMemo(() => loaded<LayersAnswer>(), []);
  const own = ownPicture.value?.run === id ? ownPicture.value : undefined;
  useEffect(() => {
    const what = own ? { row: 1, pixels: own.pixels } : { row: row.value };
    if (id !== '') void answer.load(signal => evaluationApi.layers(id, what, signal));
  }, [id, own, row.value]);
  const found = answer.value.value;
  const trouble = answer.trouble.value;
  const name = own ? own.name : `Row ${row.value}`;
  return (
    <Section id="layers" title={`${name}, layer by layer`}>
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {found && !trouble && (
        <div class="answered">
          {found.image && <img src={found.image} alt={`${name} as the network takes it`} />}
          {found.said ? (
            <Picture figure={found.said} />
          ) : (
            <p class="lead" {...says('What the network answers for this row.')}>
              It says <b>{numberOrText(found.answer.value)}</b>.
            </p>
          )}
        </div>
      )}
      {found && !trouble && (
        <div class="pictures layer-pictures">
          {found.layers.map(figure => (
            <Picture key={figure.id} figure={figure} />
          ))}
        </div>
      )}
    </Section>
  );
}
