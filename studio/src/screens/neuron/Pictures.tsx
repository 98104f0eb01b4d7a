import { drawBiology, drawNeuron, type NeuronPicture, neuronNumbers } from 'hillock/draw';
import { Button } from '../../parts/Button.tsx';
import { Canvas } from '../../parts/Canvas.tsx';
import { Section } from '../../parts/Section.tsx';
import { lowered, shown } from '../../state/format.ts';
import { send, travelled } from './signal.ts';
import { activationRecord, fired, marked } from './state.ts';

const heightOf = (count: number) => (width: number) => Math.max(210, Math.min(330, width * 0.5, 150 + count * 52));

/** The artificial neuron and the biological one that it is a likeness of. */
export function Pictures() {
  const { terms, bias, z, y } = fired.value;
  const { title, output } = activationRecord.value;
  const model: NeuronPicture = {
    caption: 'an artificial neuron',
    inputs: terms.map(({ x, w }, i) => ({ name: `x${lowered(i + 1)}`, x, w })),
    bias,
    z,
    y,
    activation: { title, output },
    marked: marked.value,
    signal: travelled.value,
    format: shown,
  };
  const strongest = terms.reduce(
    (best, { product }, i) => (Math.abs(product) > Math.abs(terms[best]!.product) ? i : best),
    0,
  );
  return (
    <Section
      id="pictures"
      title="Artificial and biological"
      aside={
        <Button onClick={send} says="Sends the numbers through both neurons once. Key: full stop.">
          Send a signal
        </Button>
      }
    >
      <div class="pair">
        <div>
          <Canvas
            title="The artificial neuron"
            file={{ name: 'neuron', numbers: () => neuronNumbers(model) }}
            summary={`${terms.length} inputs; z = ${shown(z)}, ŷ = ${shown(y)}; the strongest input is x${strongest + 1}`}
            height={heightOf(terms.length)}
            draw={(context, look) => drawNeuron(context, { ...model, signal: travelled.value }, look)}
            says="Each input times its weight, summed with the bias into z, then through the activation into ŷ. Wide edges are strong; dashed ones are negative."
          />
        </div>
        <div>
          <Canvas
            title="A biological neuron"
            summary="Synapses on dendrites, the cell body, the axon hillock, and the axon, in the places of weights, inputs, sum, activation and output"
            height={heightOf(terms.length)}
            draw={(context, look) =>
              drawBiology(
                context,
                { weights: terms.map(({ w }) => w), marked: marked.value, signal: travelled.value },
                look,
              )
            }
            says="The same in a nerve cell: synapses pass signals to dendrites, the cell body gathers them, the axon hillock decides whether the axon fires."
          />
        </div>
      </div>
      <table class="table likeness">
        <thead>
          <tr>
            <th scope="col">In the nerve cell</th>
            <th scope="col">In the artificial neuron</th>
            <th scope="col">Here</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>dendrite</td>
            <td>input x</td>
            <td>{terms.map(({ x }) => shown(x)).join(', ')}</td>
          </tr>
          <tr>
            <td>synapse, exciting or inhibiting</td>
            <td>weight w, above or below 0</td>
            <td>{terms.map(({ w }) => shown(w)).join(', ')}</td>
          </tr>
          <tr>
            <td>cell body</td>
            <td>sum and bias: pre-activation z</td>
            <td>{shown(z)}</td>
          </tr>
          <tr>
            <td>axon hillock: fires or not</td>
            <td>activation f</td>
            <td>{title}</td>
          </tr>
          <tr>
            <td>axon</td>
            <td>output ŷ</td>
            <td>{shown(y)}</td>
          </tr>
        </tbody>
      </table>
    </Section>
  );
}
