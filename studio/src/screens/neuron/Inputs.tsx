import { Button } from '../../parts/Button.tsx';
import { bound } from '../../parts/bound.ts';
import { Switch } from '../../parts/Choice.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Section } from '../../parts/Section.tsx';
import { lowered, shown } from '../../state/format.ts';
import {
  addInput,
  bias,
  biased,
  fired,
  largest,
  marked,
  mostInputs,
  removeInput,
  setInput,
  setWeight,
} from './state.ts';

/** The numbers that a person sets. */
export function Inputs() {
  const { terms } = fired.value;
  const most = Math.max(1e-9, ...terms.map(({ product }) => Math.abs(product)));
  return (
    <Section id="inputs" title="Inputs and weights">
      {terms.map(({ x, w, product }, i) => (
        <div
          key={`x${i + 1}`}
          class={marked.value === i ? 'synapse marked' : 'synapse'}
          onPointerEnter={() => mark(i)}
          onPointerLeave={() => mark(undefined)}
          onFocusIn={() => mark(i)}
          onFocusOut={() => mark(undefined)}
        >
          <NumberField
            label={<Name letter="x" index={i + 1} />}
            name={`x${i + 1}`}
            value={x}
            onChange={value => setInput(i, value)}
            low={-3}
            high={3}
            least={-largest}
            most={largest}
            says={`Input x${lowered(i + 1)}: what arrives at dendrite ${i + 1}.`}
          />
          <NumberField
            label={<Name letter="w" index={i + 1} />}
            name={`w${i + 1}`}
            value={w}
            onChange={value => setWeight(i, value)}
            low={-3}
            high={3}
            least={-largest}
            most={largest}
            says={`Weight w${lowered(i + 1)}: how strong the synapse is; below 0 it inhibits.`}
          />
          <div class="product">
            <span class="bar">
              <i class={product < 0 ? 'negative' : 'positive'} style={barOf(product / most)} />
            </span>
            <span>
              x{lowered(i + 1)}w{lowered(i + 1)} = {shown(product)}
            </span>
          </div>
        </div>
      ))}
      <div
        class={marked.value === 'bias' ? 'synapse marked' : 'synapse'}
        onPointerEnter={() => mark('bias')}
        onPointerLeave={() => mark(undefined)}
      >
        <Switch
          label="Bias b"
          {...bound(biased)}
          says="Without a bias all inputs at 0 always give z = 0, and the line runs through the origin."
        />
        {biased.value && (
          <NumberField
            label={<Name letter="b" />}
            name="bias"
            {...bound(bias)}
            low={-3}
            high={3}
            least={-largest}
            most={largest}
            says="Bias b: how ready the neuron is to fire before any input arrives."
          />
        )}
      </div>
      <div class="row">
        <Button
          onClick={addInput}
          disabled={terms.length >= mostInputs}
          says="One more input with its weight, up to four."
        >
          Add input
        </Button>
        <Button onClick={removeInput} disabled={terms.length <= 1} says="Takes the last input and its weight away.">
          Remove input
        </Button>
      </div>
    </Section>
  );
}

const mark = (which: number | 'bias' | undefined): void => {
  marked.value = which;
};

const barOf = (share: number): string =>
  `inset-inline-start:${share < 0 ? 50 + share * 50 : 50}%;inline-size:${Math.abs(share) * 50}%`;

function Name({ letter, index }: { readonly letter: string; readonly index?: number }) {
  return (
    <span class="symbol">
      <i>{letter}</i>
      {index && <sub>{index}</sub>}
    </span>
  );
}
