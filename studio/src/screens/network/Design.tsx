import { activation } from 'hillock/neuron';
import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Choice, Switch } from '../../parts/Choice.tsx';
import { Section } from '../../parts/Section.tsx';
import { addLayer, changeLayer, removeLayer } from './actions.ts';
import { NetworkView } from './NetworkView.tsx';
import { hiddenLayers, mostLayers, mostUnits, numbersShown, sizes, trainable } from './state.ts';

/** The network: its layers, every neuron with what it answers, every weight. */
export function Design() {
  const all = sizes.value;
  const weights = all.slice(1).reduce((sum, size, i) => sum + size * (all[i]! + 1), 0);
  return (
    <Section
      id="design"
      title="Network"
      aside={
        <div class="row">
          <span class="note">
            {all.join(' – ')}, {weights} weights and biases
          </span>
          <Switch label="numbers" {...bound(numbersShown)} says="Writes every weight on its edge." />
        </div>
      }
    >
      <div class="layers" role="group" aria-label="Hidden layers">
        <Insert at={0} />
        {hiddenLayers.value.map((layer, i) => (
          <>
            <div class="layer" key={`layer${i + 1}`} role="group" aria-label={`Hidden layer ${i + 1}`}>
              <div class="row">
                <Button
                  label={`one neuron less in layer ${i + 1}`}
                  disabled={layer.units <= 1}
                  onClick={() => changeLayer(i, { units: layer.units - 1 })}
                  says={`Takes a neuron away from layer ${i + 1}.`}
                >
                  −
                </Button>
                <span class="units">
                  {layer.units} {layer.units === 1 ? 'neuron' : 'neurons'}
                </span>
                <Button
                  label={`one neuron more in layer ${i + 1}`}
                  disabled={layer.units >= mostUnits}
                  onClick={() => changeLayer(i, { units: layer.units + 1 })}
                  says={`Adds a neuron to layer ${i + 1}.`}
                >
                  +
                </Button>
                <Button
                  label={`remove layer ${i + 1}`}
                  onClick={() => removeLayer(i)}
                  says={`Takes layer ${i + 1} away. Without hidden layers the network is one neuron.`}
                >
                  ×
                </Button>
              </div>
              <Choice
                label="f"
                value={layer.activation}
                options={trainable.map(name => ({ value: name, title: activation(name).title }))}
                onChange={name => changeLayer(i, { activation: name })}
                says={`The activation of layer ${i + 1}. ${activation(layer.activation).useFor}`}
              />
            </div>
            <Insert at={i + 1} />
          </>
        ))}
      </div>
      <NetworkView />
    </Section>
  );
}

function Insert({ at }: { readonly at: number }) {
  return (
    <Button
      label={`add a layer at place ${at + 1}`}
      disabled={hiddenLayers.value.length >= mostLayers}
      onClick={() => addLayer(at)}
      says="Adds a hidden layer here."
    >
      +
    </Button>
  );
}
