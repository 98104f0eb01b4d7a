import { activation, activationNames } from 'hillock/neuron';
import { Choice } from '../../parts/Choice.tsx';
import { Figure } from '../../parts/Figure.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { activationName, activationRecord, fired } from './state.ts';

/** The activation that is chosen, and what it makes of z. */
export function Activations() {
  const record = activationRecord.value;
  const { z, y } = fired.value;
  return (
    <Section
      id="activation"
      title="Activation"
      aside={
        <Choice
          label="f"
          value={activationName.value}
          options={activationNames.map(name => ({ value: name, title: activation(name).title }))}
          onChange={name => {
            activationName.value = name;
          }}
          says={record.useFor}
        />
      }
    >
      <div class="row">
        <Figure name="z" value={shown(z)} says="Pre-activation: the weighted sum with the bias." />
        <Figure name="ŷ = f(z)" value={shown(y)} says="Post-activation: what the neuron passes on." />
        <Figure
          name="f′(z)"
          value={shown(record.derivative?.(z) ?? 0)}
          says="The slope: how much ŷ moves when z moves a little."
        />
      </div>
    </Section>
  );
}
