import { effect, signal } from '@preact/signals';
import { opened, stateNow, tell } from '../../lab/client.ts';
import { Button } from '../../parts/Button.tsx';
import { FileButton } from '../../parts/FileButton.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { save } from '../../parts/save.ts';
import { addressOf, goTo } from '../../state/url.ts';
import { type KeptNetwork, readKept, textOf } from './kept.ts';
import { fitting, settled } from './state.ts';

const told = signal('');
const refused = signal<string | undefined>(undefined);

/** Takes a kept state to the network as soon as one of its sizes stands. */
function takeWhenOpen({ state }: KeptNetwork): void {
  const stop = effect(() => {
    const frame = fitting.value;
    if (frame?.id !== opened.value) return;
    const fits = [...frame.parameters].every(([name, values]) => state.parameters.get(name)?.length === values.length);
    if (!fits || frame.parameters.size !== state.parameters.size) return;
    tell({ kind: 'take', state });
    queueMicrotask(() => stop());
  });
}

async function open(file: File): Promise<void> {
  refused.value = undefined;
  try {
    const kept = readKept(await file.text());
    await goTo(kept.address);
    takeWhenOpen(kept);
    told.value = `${file.name}: ${kept.state.steps} updates.`;
  } catch (cause) {
    refused.value = (cause as Error).message;
  }
}

async function link(steps: number): Promise<void> {
  const address = new URL(addressOf('network', { at: String(steps) }), location.href).href;
  await navigator.clipboard.writeText(address).catch(() => undefined);
  told.value = address;
}

/** The trained network taken along: as a link that trains it again, and as a file with its weights. */
export function Keep() {
  const frame = settled.value;
  const replayable = frame?.replayable ?? false;
  return (
    <Section id="keep" title="Keep it">
      <div class="row">
        <Button
          disabled={!replayable || frame?.playing === true}
          onClick={() => void link(frame?.steps ?? 0)}
          says="Copies a link that makes this very network again: the same seed, trained as far as now. Not after single samples or changes on the way."
        >
          Link to this moment
        </Button>
        <Button
          disabled={!frame}
          onClick={() =>
            void stateNow().then(state =>
              save('network.json', new Blob([textOf(addressOf('network'), state)], { type: 'application/json' })),
            )
          }
          says="The network as a file: its weights, frozen neurons, and what the optimiser remembers."
        >
          Save as a file
        </Button>
        <FileButton
          accept=".json"
          take={file => void open(file)}
          says="Goes on with a network that was saved as a file."
        >
          Open a file
        </FileButton>
      </div>
      {!replayable && frame && (
        <p class="note">Changed by hand or by single samples on its way: only a file holds it.</p>
      )}
      {refused.value && <Problem message={refused.value} />}
      <p class="note told" role="status">
        {told.value}
      </p>
    </Section>
  );
}
