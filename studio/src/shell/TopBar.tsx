import { useSignal } from '@preact/signals';
import { Button } from '../parts/Button.tsx';
import { says } from '../state/says.ts';
import { transport } from '../state/transport.ts';
import { keep } from '../state/url.ts';

/** What plays, where, and the link to what one sees. */
export function TopBar() {
  const shared = useSignal<string | undefined>(undefined);
  const share = async (): Promise<void> => {
    keep();
    try {
      await navigator.clipboard.writeText(location.href);
      shared.value = 'Link copied';
    } catch {
      shared.value = 'Copy the address of this page';
    }
    setTimeout(() => {
      shared.value = undefined;
    }, 2500);
  };
  return (
    <header class="bar">
      <div class="brand">
        Hillock <span>studio</span>
      </div>
      <Controls />
      <div class="grow" />
      <span role="status" class="where">
        {shared.value}
      </span>
      <Button onClick={share} says="Copies a link that holds everything on this screen: numbers, choices, seed.">
        Share
      </Button>
    </header>
  );
}

function Controls() {
  const plays = transport.value;
  if (!plays) return null;
  const { play, pause, step, stepEpoch, rewind, reseed } = plays;
  return (
    <>
      <div class="buttons">
        {play && pause && (
          <Button primary onClick={plays.playing ? pause : play} says="Starts and stops training. Key: space.">
            {plays.playing ? 'Pause' : 'Play'}
          </Button>
        )}
        {step && (
          <Button onClick={step} says="One step of training, then it stands still. Key: full stop.">
            Step
          </Button>
        )}
        {stepEpoch && (
          <Button onClick={stepEpoch} says="Once through all training data. Keys: shift and full stop.">
            Epoch
          </Button>
        )}
        {rewind && (
          <Button onClick={rewind} says="Back to the start with the same seed, so with the same weights. Key: r.">
            Rewind
          </Button>
        )}
        {reseed && (
          <Button onClick={reseed} says="Back to the start with the next seed, so with new weights. Keys: shift and r.">
            New weights
          </Button>
        )}
      </div>
      <dl class="figures">
        {plays.figures.map(({ name, value, says: what }) => (
          <div key={name} {...says(what)}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        {plays.seed !== undefined && (
          <div
            {...says('The seed of all randomness: the same seed gives the same weights and the same order of data.')}
          >
            <dt>seed</dt>
            <dd>{plays.seed}</dd>
          </div>
        )}
      </dl>
      <span
        class="where"
        title={plays.waits ?? plays.where}
        {...says('Where the numbers are computed. Nothing leaves this computer.')}
      >
        {plays.waits ?? plays.where}
      </span>
      <span class="reader" role="status">
        {plays.waits}
      </span>
    </>
  );
}
