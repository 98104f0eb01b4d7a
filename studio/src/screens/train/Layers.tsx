import { useSignal } from '@preact/signals';
import { formatBytes } from 'hillock/draw';
import type { Planned } from 'hillock/studio';
import { Button } from '../../parts/Button.tsx';
import { whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { layers, plan } from './state.ts';

const shape = (sizes: readonly number[]): string => sizes.join('×');

/** The network layer by layer, and a place to write one's own. */
export function Layers() {
  const editing = useSignal(layers.value !== '');
  const found = plan.value.value;
  if (!found) return null;
  const { layers: summary } = found;
  return (
    <div class="layers" aria-busy={plan.busy.value}>
      <div class="head">
        <h3>The network</h3>
        <Button
          pressed={editing.value}
          onClick={() => {
            editing.value = !editing.value;
            layers.value = editing.value ? written(found) : '';
          }}
          says="Writes the hidden layers down, so that you can change them; the last layer follows from the target."
        >
          Own layers
        </Button>
      </div>
      {editing.value && (
        <textarea
          aria-label="Hidden layers as JSON"
          rows={8}
          spellcheck={false}
          value={layers.value}
          onInput={event => {
            layers.value = event.currentTarget.value;
          }}
          {...says(
            'The hidden layers, one object each: kind, units or filters, activation. See docs/layers.md for all kinds.',
          )}
        />
      )}
      <div class="scrolling" tabIndex={0} role="region" aria-label="The network layer by layer">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">layer</th>
              <th scope="col">in</th>
              <th scope="col">out</th>
              <th scope="col">params</th>
              <th scope="col">MACs</th>
            </tr>
          </thead>
          <tbody>
            {summary.layers.map(({ name, about, depth, input, output, parameters, multiplyAdds, activation }) => (
              <tr key={name} {...says(`${name}: ${about}${activation ? `, activation ${activation}` : ''}.`)}>
                <td style={{ paddingInlineStart: `${8 + depth * 14}px` }}>
                  {name}
                  {activation && activation !== 'linear' && <em> {activation}</em>}
                </td>
                <td>{shape(input)}</td>
                <td>{shape(output)}</td>
                <td>{parameters > 0 ? whole(parameters) : ''}</td>
                <td>{multiplyAdds > 0 ? whole(multiplyAdds) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p
        class="note"
        {...says(
          'Numbers that training adjusts, multiply-adds of one row forward, and what the stored weights take; of all members of an ensemble together.',
        )}
      >
        {summary.members > 1 && `${summary.members} networks side by side, averaged. `}
        {whole(summary.parameters)} parameters, {whole(summary.multiplyAdds)} multiply-adds a row,{' '}
        {formatBytes(summary.bytes)}.
      </p>
    </div>
  );
}

/** The hidden layers of a plan as a person would write them: what was decided for the numbers they start from is left out. */
function written({ network }: Planned): string {
  const lines = network.layers.slice(0, -1).map(layer => {
    const entries = Object.entries(layer).filter(([name]) => !['initial', 'gain', 'biasSpread', 'bias'].includes(name));
    return `  ${JSON.stringify(Object.fromEntries(entries))}`;
  });
  return `[\n${lines.join(',\n')}\n]`;
}
