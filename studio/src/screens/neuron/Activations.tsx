import { activationCurves, curvesNumbers, drawActivation, drawSmallActivation } from 'hillock/draw';
import { type ActivationName, activation, activationNames } from 'hillock/neuron';
import { Canvas } from '../../parts/Canvas.tsx';
import { Choice } from '../../parts/Choice.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { activationName, activationRecord, fired } from './state.ts';

const four: readonly ActivationName[] = ['step', 'relu', 'sigmoid', 'tanh'];

/** The activation that is chosen, and four at the same z. */
export function Activations() {
  const record = activationRecord.value;
  const { z, y } = fired.value;
  const slope = record.derivative?.(z) ?? 0;
  const choose = (name: ActivationName): void => {
    activationName.value = name;
  };
  return (
    <Section
      id="activation"
      title="Activation"
      aside={
        <Choice
          label="f"
          value={activationName.value}
          options={activationNames.map(name => ({ value: name, title: activation(name).title }))}
          onChange={choose}
          says={record.useFor}
        />
      }
    >
      <div class="row figures">
        <Figure name="z" value={shown(z)} says="Pre-activation: the weighted sum with the bias." />
        <Figure name="ŷ = f(z)" value={shown(y)} says="Post-activation: what the neuron passes on." />
        <Figure name="f′(z)" value={shown(slope)} says="The slope: how much ŷ moves when z moves a little." />
      </div>
      <Canvas
        title={`${record.title}, f and its slope f′`}
        file={{
          name: record.name,
          numbers: () =>
            curvesNumbers(activationCurves({ output: record.output, slope: record.derivative, z, format: shown })),
        }}
        summary={`At z = ${shown(z)}: f = ${shown(y)}, f′ = ${shown(slope)}`}
        height={width => Math.min(250, width * 0.6)}
        draw={(context, look) =>
          drawActivation(context, { output: record.output, slope: record.derivative, z, format: shown }, look)
        }
        says="f (line) turns z into ŷ; f′ (dashed) is how much ŷ moves when z moves a little."
      />
      <p class="note">{record.useFor}</p>
      <div class="four">
        {four.map(name => {
          const { title, output } = activation(name);
          return (
            <button
              key={name}
              type="button"
              aria-pressed={name === activationName.value}
              onClick={() => choose(name)}
              {...says(`${title} makes ${shown(output(z))} of the same z. ${activation(name).useFor}`)}
            >
              <Canvas
                title={title}
                summary={`${shown(output(z))} at z = ${shown(z)}`}
                height={52}
                draw={(context, look) => drawSmallActivation(context, { output, z }, look)}
                says={`${title} at the same z.`}
              />
              <span>
                {title} <b>{shown(output(z))}</b>
              </span>
            </button>
          );
        })}
      </div>
    </Section>
  );
}
