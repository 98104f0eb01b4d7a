import { useSignal } from '@preact/signals';
import type { CardAnswer, DeployAnswer } from 'hillock/studio';
import { useId } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { loaded } from '../../api/load.ts';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { score, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { card, shownRun } from './state.ts';

const deployed = loaded<DeployAnswer>();

/** A condition that a score just fulfils, in two digits. */
function within({ metric, value, better }: CardAnswer['card']['metrics'][number]): string {
  const unit = 10 ** (Math.floor(Math.log10(Math.abs(value) || 1)) - 1);
  const round = better === 'higher' ? Math.floor : Math.ceil;
  return `${metric}${better === 'higher' ? '>=' : '<='}${Number((round(value / unit) * unit).toPrecision(2))}`;
}

/** A folder that serves the model, written only if it is good enough. */
export function Folder() {
  const ids = { to: useId(), condition: useId() };
  const to = useSignal(`deploy/${shownRun.value}`);
  const [first] = card.value.value?.card.metrics ?? [];
  const typed = useSignal<string | undefined>(undefined);
  const condition = typed.value ?? (first ? within(first) : '');
  const answer = deployed.value.value;
  const trouble = deployed.trouble.value;
  return (
    <Section id="folder" title="A folder that serves it">
      <p class="lead">
        The model, a server without the studio, a Dockerfile, a unit for systemd, a smoke test and the model card. It is
        written only if the run is good enough on the rows that judge it.
      </p>
      <form
        class="fields"
        onSubmit={event => {
          event.preventDefault();
          void deployed.load(() => api.deploy(shownRun.value, to.value, [condition]));
        }}
      >
        <div class="field">
          <label for={ids.condition}>Only if</label>
          <input
            id={ids.condition}
            type="text"
            value={condition}
            placeholder="accuracy>=0.9"
            onInput={event => {
              typed.value = event.currentTarget.value.trim();
            }}
            {...says(
              'A condition on a score of the test part, such as accuracy>=0.97; at first what this run reaches.',
            )}
          />
        </div>
        <div class="field">
          <label for={ids.to}>Folder</label>
          <input
            id={ids.to}
            type="text"
            value={to.value}
            onInput={event => {
              to.value = event.currentTarget.value.trim();
            }}
            {...says('Where it is written, below the working folder; it must be new, empty, or an earlier deployment.')}
          />
        </div>
        <button
          type="submit"
          class="button primary"
          disabled={deployed.busy.value || to.value === '' || condition === ''}
          {...says('Judges the run and writes the folder: hillock deploy.')}
        >
          {deployed.busy.value ? 'Writing…' : 'Write folder'}
        </button>
      </form>
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {answer && !trouble && (
        <div role="status">
          {answer.gate.judgements.map(({ metric, sign, level, value, holds }) => (
            <p key={metric} class={holds ? 'check good' : 'check bad'}>
              {holds ? '✓' : '✗'} {metric} {sign} {level}: found {score(metric, value)}
            </p>
          ))}
          <p>
            {answer.deployed
              ? `${whole(answer.files?.length ?? 0)} files are in ${answer.to}. Start it there with npm install and npm start.`
              : 'Nothing was written: a condition does not hold.'}
          </p>
        </div>
      )}
    </Section>
  );
}
