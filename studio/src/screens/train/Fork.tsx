import { signal } from '@preact/signals';
import { Button } from '../../parts/Button.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { detail, goOnFrom } from './state.ts';

/** The epoch that is chosen to go on from; 0: none is. */
export const forkAt = signal(0);

/** Another run from the weights after an epoch of this one. */
export function Fork() {
  const found = detail.value.value;
  if (!found?.asked) return null;
  const { keptEpochs } = found;
  if (keptEpochs.length === 0)
    return (
      <p class="note">
        To go on from any epoch, train with <b>keep epochs</b>: so many states are kept, evenly apart.
      </p>
    );
  const chosen = keptEpochs.includes(forkAt.value) ? forkAt.value : 0;
  return (
    <div class="row">
      <Choice
        label="Go on from epoch"
        value={String(chosen)}
        options={[
          { value: '0', title: 'choose' },
          ...keptEpochs.map(epoch => ({ value: String(epoch), title: String(epoch) })),
        ]}
        onChange={value => {
          forkAt.value = Number(value);
        }}
        says="The epochs whose weights were kept; the chosen one is marked on the curve."
      />
      <Button
        disabled={chosen === 0}
        onClick={() => goOnFrom(found, chosen)}
        says="Fills the form for a run that starts with the weights after this epoch; change what you like and start it."
      >
        Go on from here
      </Button>
    </div>
  );
}
