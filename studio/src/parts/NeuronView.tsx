import { drawActivation } from 'hillock/draw';
import { type ActivationName, activation } from 'hillock/neuron';
import { shown } from '../state/format.ts';
import { says } from '../state/says.ts';
import { Canvas } from './Canvas.tsx';
import { Figure } from './Figure.tsx';
import { NumberField } from './NumberField.tsx';

/** One neuron at work on one row, wherever the network was trained. */
export interface NeuronView {
  readonly title: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly x: number;
    readonly w: number;
    readonly product: number;
    /** dL/dw of the last step, where it is known. */
    readonly gradient?: number | undefined;
  }[];
  readonly bias: number | undefined;
  /** Pre-activation. */
  readonly z: number;
  readonly activation: ActivationName;
  /** Post-activation ŷ. */
  readonly y: number;
  /** Of one class among several: what softmax makes of ŷ beside the others. */
  readonly share?: number;
}

export interface NeuronDetailsProps {
  readonly view: NeuronView;
  /** Where weights can be set by hand. */
  readonly onEdit?: ((from: number | 'bias', value: number) => void) | undefined;
  /** How many synapses are listed, the strongest. */
  readonly most?: number;
}

/** Inputs, weights, products, z and ŷ of a neuron, with the formula and the place on its activation. */
export function NeuronDetails({ view, onEdit, most = 100 }: NeuronDetailsProps) {
  const { inputs, bias, z, y } = view;
  const record = activation(view.activation);
  const order = inputs.map((_, i) => i).sort((a, b) => Math.abs(inputs[b]!.product) - Math.abs(inputs[a]!.product));
  const listed = order.slice(0, most);
  const left = order.slice(most).reduce((sum, i) => sum + inputs[i]!.product, 0);
  const scale = Math.max(1e-12, ...inputs.map(({ product }) => Math.abs(product)));
  const graded = inputs.some(({ gradient }) => gradient !== undefined);
  return (
    <div class="details">
      <div class="row figures">
        <Figure name="z" value={shown(z)} says="Pre-activation: all products added up, plus the bias." />
        <Figure name={`ŷ = ${record.title}(z)`} value={shown(y)} says="Post-activation: what the neuron passes on." />
        {view.share !== undefined && (
          <Figure
            name="softmax"
            value={shown(view.share)}
            says="The probability of the class: e to the ŷ, divided by the sum of that over all classes."
          />
        )}
        <Figure
          name="f′(z)"
          value={shown(record.derivative?.(z) ?? 0)}
          says="The slope at z: near 0 the neuron is saturated or dead and learns little."
        />
      </div>
      <div class="scrolling" tabIndex={0} role="group" aria-label="Table">
        <table class="table">
          <caption class="reader">Synapses of {view.title}, the strongest first</caption>
          <thead>
            <tr>
              <th scope="col">input</th>
              <th scope="col">x</th>
              <th scope="col">w</th>
              <th scope="col">x · w</th>
              <th scope="col" class="wide">
                <span class="reader">size of x · w</span>
              </th>
              {graded && <th scope="col">∂L/∂w</th>}
            </tr>
          </thead>
          <tbody>
            {listed.map(i => {
              const { name, x, w, product, gradient } = inputs[i]!;
              return (
                <tr
                  key={name}
                  {...says(`${name} carries ${shown(x)} over a weight of ${shown(w)}: it adds ${shown(product)} to z.`)}
                >
                  <th scope="row">{name}</th>
                  <td>{shown(x)}</td>
                  <td>
                    {onEdit ? (
                      <NumberField
                        label=""
                        name={`weight of ${name}`}
                        value={w}
                        onChange={value => onEdit(i, value)}
                        says={`The weight of ${name}: type another number, or press the arrows up and down.`}
                      />
                    ) : (
                      shown(w)
                    )}
                  </td>
                  <td>{shown(product)}</td>
                  <td class="wide">
                    <Bar share={product / scale} />
                  </td>
                  {graded && <td>{shown(gradient)}</td>}
                </tr>
              );
            })}
            {order.length > most && (
              <tr>
                <th scope="row">{order.length - most} weaker ones</th>
                <td />
                <td />
                <td>{shown(left)}</td>
                <td class="wide" />
                {graded && <td />}
              </tr>
            )}
            {bias !== undefined && (
              <tr>
                <th scope="row">bias</th>
                <td>1</td>
                <td>
                  {onEdit ? (
                    <NumberField
                      label=""
                      name="bias"
                      value={bias}
                      onChange={value => onEdit('bias', value)}
                      says="The bias of the neuron, added to the sum."
                    />
                  ) : (
                    shown(bias)
                  )}
                </td>
                <td>{shown(bias)}</td>
                <td class="wide">
                  <Bar share={Math.max(-1, Math.min(1, bias / scale))} />
                </td>
                {graded && <td />}
              </tr>
            )}
            <tr class="sum">
              <th scope="row">z</th>
              <td />
              <td />
              <td>{shown(z)}</td>
              <td class="wide" />
              {graded && <td />}
            </tr>
          </tbody>
        </table>
      </div>
      <p class="written">
        ŷ = {record.title}({shown(z)}) = <b>{shown(y)}</b>
      </p>
      <Canvas
        title={`${record.title} with the neuron's place`}
        summary={`z = ${shown(z)}, ŷ = ${shown(y)}`}
        height={180}
        draw={(context, look) =>
          drawActivation(context, { output: record.output, slope: record.derivative, z, format: shown }, look)
        }
        says="Where z lies on the activation: on its flat parts the neuron learns little."
      />
    </div>
  );
}

function Bar({ share }: { readonly share: number }) {
  const from = share < 0 ? 50 + share * 50 : 50;
  return (
    <span class="sizebar">
      <i
        class={share < 0 ? 'negative' : 'positive'}
        style={`inset-inline-start:${from}%;inline-size:${Math.abs(share) * 50}%`}
      />
    </span>
  );
}
