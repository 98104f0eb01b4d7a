import { signal } from '@preact/signals';
import { HillockError, type LearningRule, type LearningStep, learningSteps } from 'hillock/neuron';
import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Segments } from '../../parts/Choice.tsx';
import { Formula, Value } from '../../parts/Formula.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { lowered, shown } from '../../state/format.ts';
import { activationName, bias, data, rate, row, rule, spec, target, weights } from './state.ts';

const told = signal<string | undefined>(undefined);

/** One correction from one row, every number of it, and learning from all points. */
export function Learn() {
  const found = stepNow();
  return (
    <Section id="learn" title="Learn one step">
      <div class="row">
        <Segments<LearningRule>
          label="Rule"
          value={rule.value}
          options={[
            { value: 'gradient-descent', title: 'gradient descent' },
            { value: 'perceptron', title: 'perceptron' },
          ]}
          onChange={value => {
            rule.value = value;
            if (value === 'perceptron') activationName.value = 'step';
            else if (activationName.value === 'step') activationName.value = 'sigmoid';
          }}
          says="The perceptron rule corrects a step neuron when it is wrong; gradient descent follows the slope of the loss."
        />
        <NumberField label="target t" {...bound(target)} says="What the neuron should answer for the inputs above." />
        <NumberField label="rate η" {...bound(rate)} least={1e-9} says="The learning rate: how far a step goes." />
      </div>
      {'problem' in found ? (
        <Problem message={found.problem.message} hint={found.problem.hint} />
      ) : (
        <Written step={found.step} />
      )}
      <div class="row">
        <Button
          primary
          disabled={'problem' in found}
          onClick={() => {
            if ('step' in found) take(found.step.after);
          }}
          says="Takes the corrected weights over; press again to go on."
        >
          Learn from this row
        </Button>
        <Button
          onClick={() => learnPoints(1)}
          says="Shows the neuron every point of the plane once and corrects after each."
        >
          Learn all points once
        </Button>
        <Button onClick={() => learnPoints(100)} says="Goes through all points up to a hundred times.">
          100 times
        </Button>
        <span role="status" class="note">
          {told.value}
        </span>
      </div>
    </Section>
  );
}

type Found = { readonly step: LearningStep } | { readonly problem: HillockError };

function stepNow(): Found {
  return guarded(() => {
    const steps = learningSteps(spec.value, [row.value], [target.value], {
      rule: rule.value,
      learningRate: rate.value,
      epochs: 1,
    });
    return { step: steps.next().value as LearningStep };
  });
}

function guarded<T>(act: () => T): T | { readonly problem: HillockError } {
  try {
    return act();
  } catch (error) {
    if (error instanceof HillockError) return { problem: error };
    throw error;
  }
}

function take({ weights: found, bias: b }: LearningStep['after']): void {
  weights.value = found;
  if (b !== undefined) bias.value = b;
}

function learnPoints(times: number): void {
  const points = data.value;
  const outcome = guarded(() => {
    const rows = points.map(({ x1, x2 }) => row.value.map((x, i) => (i === 0 ? x1 : i === 1 ? x2 : x)));
    const steps = learningSteps(
      spec.value,
      rows,
      points.map(point => point.target),
      { rule: rule.value, learningRate: rate.value, epochs: times },
    );
    for (;;) {
      const next = steps.next();
      if (next.done) return next.value;
    }
  });
  if ('problem' in outcome) {
    told.value = outcome.problem.message;
    return;
  }
  take(outcome.neuron);
  const last = outcome.epochs.at(-1);
  told.value = outcome.converged
    ? 'Every point is right.'
    : `Mean loss ${shown(last?.loss)} in the last of ${outcome.epochs.length} ${outcome.epochs.length === 1 ? 'pass' : 'passes'}.`;
}

function Written({ step }: { readonly step: LearningStep }) {
  const names = [...step.inputs.map((_, i) => `w${lowered(i + 1)}`), ...(step.before.bias === undefined ? [] : ['b'])];
  const all = ({ weights: list, bias: b }: LearningStep['before']): readonly number[] =>
    b === undefined ? list : [...list, b];
  const [gradients, before, after] = [all(step.gradients), all(step.before), all(step.after)];
  const x = [...step.inputs, 1];
  return (
    <>
      <Formula
        says="δ, how the loss changes with z: everything the weights need to know of the error."
        spoken={`error ${shown(step.error)}, loss ${shown(step.loss)}, delta ${shown(step.delta)}`}
      >
        <mi>t</mi>
        <mo>−</mo>
        <mover>
          <mi>y</mi>
          <mo>^</mo>
        </mover>
        <mo>=</mo>
        <Value of={step.error} />
        <mo>,</mo>
        <mspace width="0.8em" />
        <mi>L</mi>
        <mo>=</mo>
        <Value of={step.loss} />
        <mo>,</mo>
        <mspace width="0.8em" />
        <mi>δ</mi>
        <mo>=</mo>
        <mfrac>
          <mrow>
            <mi>∂</mi>
            <mi>L</mi>
          </mrow>
          <mrow>
            <mi>∂</mi>
            <mi>z</mi>
          </mrow>
        </mfrac>
        <mo>=</mo>
        <Value of={step.delta} />
      </Formula>
      <div class="scrolling" tabIndex={0} role="group" aria-label="Table">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">weight</th>
              <th scope="col">gradient δ·x</th>
              <th scope="col">step −η·gradient</th>
              <th scope="col">before</th>
              <th scope="col">after</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name, i) => (
              <tr key={name}>
                <td>{name}</td>
                <td>
                  {shown(step.delta)} · {shown(x[name === 'b' ? step.inputs.length : i]!)} = {shown(gradients[i]!)}
                </td>
                <td>{shown(after[i]! - before[i]!)}</td>
                <td>{shown(before[i]!)}</td>
                <td>
                  <b>{shown(after[i]!)}</b>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
