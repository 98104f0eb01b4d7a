import { formatDuration, formatNumber } from 'hillock/draw';
import { api } from '../../api/client.ts';
import { Button } from '../../parts/Button.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { score, shown, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { metricNamed } from '../../state/system.ts';
import { addressOf } from '../../state/url.ts';
import { addressOfRun } from '../evaluate/state.ts';
import { followed, thingsOf } from './follow.ts';
import { findings } from './health.ts';
import { act, acting, detail, goOnFrom, neurons, run, takeOver } from './state.ts';
import { goOn } from './watch.ts';

/** How far it is, how it goes, and what can be done about it. */
export function Status({ monitor }: { readonly monitor: string }) {
  const { start, step, epochs, live, finished, failure, notices, data } = followed.value!;
  const things = thingsOf(data?.inputShape);
  const last = epochs.at(-1);
  const kept = finished ? (epochs.findLast(({ best }) => best) ?? last) : last;
  const total = start?.epochs ?? last?.epochs;
  const done = finished ? 1 : step ? step.step / step.steps : 0;
  const interrupted = !live && !finished && failure?.kind === 'interrupted';
  const state = finished
    ? 'Finished'
    : live
      ? last
        ? 'Training'
        : 'Starting'
      : interrupted
        ? 'Stopped'
        : 'Ended early';
  return (
    <Section
      id="status"
      title={state}
      aside={
        <div class="row">
          {!live && detail.value.value?.asked && (
            <Button
              onClick={() => takeOver(detail.value.value!.asked!)}
              says="Fills the form with the data and the options of this run, to change something and train again."
            >
              Same options
            </Button>
          )}
          {finished && detail.value.value?.asked && (
            <Button
              onClick={() => goOnFrom(detail.value.value!)}
              says="Fills the form for a run that starts with the weights of this one: its best epoch."
            >
              From its weights
            </Button>
          )}
          {live && !finished && (
            <Button
              onClick={() => void act(api.stop)}
              says="Ends it after this step and keeps a checkpoint: it can go on later."
            >
              Stop
            </Button>
          )}
          {!live && !finished && (interrupted || detail.value.value?.state === 'interrupted') && (
            <Button
              primary
              disabled={acting.value}
              onClick={() => void goOn()}
              says="Goes on from the checkpoint, with the same result as if it had never stopped."
            >
              Go on
            </Button>
          )}
          {finished && (
            <>
              <a class="button" href={addressOfRun(run.value)} {...says('How good it is, where it errs, and why.')}>
                Evaluate
              </a>
              <a
                class="button primary"
                href={addressOf('deploy', { run: run.value })}
                {...says('An endpoint, files, a folder that serves it.')}
              >
                Deploy
              </a>
            </>
          )}
        </div>
      }
    >
      <progress max={1} value={done} aria-label="How far the training is" />
      <div class="numbers" aria-live="off">
        <Figure
          name="epoch"
          value={`${whole(last?.epoch ?? 0)}${total ? ` of ${whole(total)}` : ''}`}
          says={`Passes over all training ${things}; it may end early.`}
        />
        <Figure
          name={step && !finished ? 'loss of the last step' : 'training loss'}
          value={shown(step && !finished ? step.loss : last?.loss)}
          says={
            step && !finished
              ? `The loss of the last batch of training ${things}.`
              : `The mean loss of the last epoch on training ${things}, as in the curve.`
          }
        />
        {kept?.validation[monitor] !== undefined && (
          <Figure
            name={finished ? `${monitor}, epoch ${kept.epoch}` : monitor}
            value={score(monitor, kept.validation[monitor])}
            says={`Validation ${monitor}: on ${things} that were not learned from; the epoch with the best one is kept.`}
          />
        )}
        {live && step && (
          <>
            <Figure
              name="left"
              value={formatDuration(step.eta)}
              says="The time that is left, if it goes on as it goes."
            />
            <Figure
              name={`${things}/s`}
              value={whole(step.samplesPerSecond)}
              says={`Training ${things} that go through the network in a second.`}
            />
          </>
        )}
        {start && (
          <Figure
            name="where"
            value={`${start.device}, ${start.threads} threads`}
            says="What computes it: this machine, outside of this page."
          />
        )}
      </div>
      {failure && !interrupted && <Problem message={failure.message} hint={failure.hint ?? undefined} />}
      {finished && <Verdict />}
      <ul class="health" aria-label="How it goes">
        {findings(followed.value!, metricNamed(monitor), Boolean(detail.value.value?.asked?.options.from)).map(
          ({ level, message }) => (
            <li key={message} class={level}>
              {message}
            </li>
          ),
        )}
        {neurons.value.value?.layers.map(({ layer, summary, neurons: all, idle }) => (
          <li key={layer} class={idle > 0.1 * all ? 'look' : 'good'}>
            {summary}
          </li>
        ))}
        {data?.warnings.map(({ message }) => (
          <li key={message} class="look">
            {message}
          </li>
        ))}
        {notices.map(message => (
          <li key={message}>{message}</li>
        ))}
      </ul>
      {live && !finished && <p class="note">It goes on when you close this page; come back to this address.</p>}
    </Section>
  );
}

/** Scores of the part it is judged by, beside the trivial answer and a linear model. */
function Verdict() {
  const report = detail.value.value?.report;
  const part = detail.value.value?.part;
  if (!report || !part) return null;
  const { trivial, linear } = report.baseline;
  const names = Object.keys(report.metrics[part]);
  return (
    <table class="table">
      <caption>
        On the {part} part, {whole(report.rows[part])} {report.header.length > 0 ? 'rows' : 'images'}
      </caption>
      <thead>
        <tr>
          <th scope="col">measure</th>
          <th scope="col">this network</th>
          <th scope="col" {...says(`The same answer for every row: ${report.baseline.name}.`)}>
            trivial
          </th>
          {linear && (
            <th scope="col" {...says('A linear model on the same part.')}>
              linear
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {names.map(name => (
          <tr key={name}>
            <td>{name}</td>
            <td>
              <b>{score(name, report.metrics[part][name])}</b>
            </td>
            <td>{formatNumber(trivial[name], 4)}</td>
            {linear && <td>{formatNumber(linear[name], 4)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
