import { drawHeatMap, type HeatMap } from 'hillock/draw';
import { bound } from '../../parts/bound.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { Segments } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { lowered, shown } from '../../state/format.ts';
import { type CellName, type CellStep, cellNames, gradients, recurrenceOf, run } from './cell.ts';
import { cell, gateWeights, sequence, setGate, step } from './state.ts';

const titles: Readonly<Record<CellName, string>> = { rnn: 'RNN', gru: 'GRU', lstm: 'LSTM' };

/** A recurrent unit unrolled over a sequence: its gates, its state, and how far its gradient reaches back. */
export function Memory() {
  const recurrence = recurrenceOf(cell.value);
  const weights = gateWeights.value;
  const steps = run(recurrence, weights, sequence.value);
  const back = gradients(recurrence, weights, sequence.value);
  const now = Math.min(step.value, steps.length - 1);
  const rows: readonly (readonly [name: string, values: readonly number[]])[] = [
    ['x', steps.map(({ x }) => x)],
    ...recurrence.gates.map(
      ({ name, role }, i) =>
        [role === 'output' ? name : `${role} ${name}`, steps.map(({ gates }) => gates[i]!.y)] as const,
    ),
    ...(recurrence.remembers ? [['c', steps.map(({ c }) => c)] as const] : []),
    ['h', steps.map(({ h }) => h)],
    [recurrence.remembers ? '∂h₈/∂c' : '∂h₈/∂h', back],
  ];
  const picture: HeatMap = {
    caption: 'the unit over time',
    values: rows.flatMap(([, values]) => values),
    rows: rows.length,
    columns: steps.length,
    rowLabels: rows.map(([name]) => name),
    columnLabels: steps.map((_, t) => String(t + 1)),
    scale: 'signed',
    range: [-1, 1],
    xLabel: 'time step',
  };
  const first = Math.abs(back[0] ?? 0);
  return (
    <>
      <Section
        id="time"
        title="A unit over time"
        aside={
          <Segments<CellName>
            label="Unit"
            {...bound(cell)}
            options={cellNames.map(value => ({ value, title: titles[value] }))}
            says="Plain RNN, gated recurrent unit, or long short-term memory."
          />
        }
      >
        <Canvas
          title="The unit over time"
          summary={`${steps.length} steps; output ${shown(steps.at(-1)?.h)} at the end; the gradient of the first step is ${shown(back[0])}`}
          height={30 * rows.length + 70}
          draw={(context, look) => drawHeatMap(context, picture, look)}
          says="Each column is a time step: what comes in, what the gates say, what is remembered, what goes out, and how much of the end this step can still change."
        />
        <p class="note">
          A change of what step 1 carries on reaches the last output as {shown(back[0])} of itself:{' '}
          {first < 0.01 ? 'it has vanished.' : first > 3 ? 'it explodes.' : 'it is still felt.'}
        </p>
        <div class="sequence" role="group" aria-label="Inputs by time step">
          {sequence.value.map((value, t) => (
            <NumberField
              key={`x${t}`}
              label={`x${lowered(t + 1)}`}
              value={value}
              onChange={next => {
                sequence.value = sequence.value.map((one, i) => (i === t ? next : one));
              }}
              says={`What comes in at step ${t + 1}.`}
            />
          ))}
        </div>
      </Section>
      <Section
        id="gates"
        title={`Step ${now + 1}, worked out`}
        aside={
          <NumberField
            label="step"
            value={now + 1}
            low={1}
            high={steps.length}
            step={1}
            least={1}
            most={steps.length}
            onChange={next => {
              step.value = Math.round(next) - 1;
            }}
            says="The time step that is worked out."
          />
        }
      >
        {steps[now] && <Worked at={steps[now]} />}
      </Section>
    </>
  );
}

function Worked({ at }: { readonly at: CellStep }) {
  const { remembers } = recurrenceOf(cell.value);
  return (
    <>
      <div class="scrolling" tabIndex={0} role="group" aria-label="Gates and candidate">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">part</th>
              <th scope="col">w</th>
              <th scope="col">u</th>
              <th scope="col">b</th>
              <th scope="col">z = w·x + u·h + b</th>
              <th scope="col">output</th>
            </tr>
          </thead>
          <tbody>
            {at.gates.map(({ name, role, w, u, b, z, y, reset, activation }, i) => (
              <tr key={name}>
                <th scope="row">
                  {role} {name}
                </th>
                {(['w', 'u', 'b'] as const).map(key => (
                  <td key={key}>
                    <NumberField
                      label=""
                      name={`${key} of ${name}`}
                      value={{ w, u, b }[key]}
                      onChange={next => setGate(i, { [key]: next })}
                      says={
                        { w: 'The weight of what comes in.', u: 'The weight of the output before.', b: 'The bias.' }[
                          key
                        ]
                      }
                    />
                  </td>
                ))}
                <td>
                  {bracketed(w)}·{bracketed(at.x)} + {reset !== undefined && `${shown(reset)}·`}
                  {bracketed(u)}·{bracketed(at.before.h)} + {bracketed(b)} = {shown(z)}
                </td>
                <td>
                  {activation} = <b>{shown(y)}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="written">
        {remembers && (
          <>
            c: {shown(at.before.c)} → <b>{shown(at.c)}</b>,{' '}
          </>
        )}
        h: {shown(at.before.h)} → <b>{shown(at.h)}</b>
      </p>
      <p class="note">{meaning[cell.value]}</p>
    </>
  );
}

const bracketed = (value: number): string => (value < 0 ? `(${shown(value)})` : shown(value));

const meaning: Readonly<Record<CellName, string>> = {
  rnn: 'h = tanh(w·x + u·h before + b): everything of the past goes through u again and again.',
  gru: 'h = (1 − z)·n + z·h before: z keeps the old output, r decides how much of it the candidate n sees.',
  lstm: 'c = f·c before + i·g, h = o·tanh(c): where f is near 1, what is remembered stays, and so does its gradient.',
};
