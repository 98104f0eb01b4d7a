import { useSignal } from '@preact/signals';
import type { FiringAnswer, InspectAnswer } from 'hillock/studio';
import { useEffect, useMemo } from 'preact/hooks';
import { evaluationApi } from '../../api/evaluation.ts';
import { loaded } from '../../api/load.ts';
import { Button } from '../../parts/Button.tsx';
import { boundWhole } from '../../parts/bound.ts';
import { Choice } from '../../parts/Choice.tsx';
import { NeuronDetails } from '../../parts/NeuronView.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { shown } from '../../state/format.ts';
import { network, shownRun } from './state.ts';

export interface NeuronsProps {
  readonly row: number;
  readonly layer?: string;
  readonly neuron?: number;
}

/** Any neuron of the network at work on a row: inputs, weights, products, z, ŷ. */
export function Neurons(props: NeuronsProps) {
  const layers = network.value.value?.layers ?? [];
  const asked = useSignal(props.layer ?? '');
  const layer = asked.value || (layers.at(-1)?.name ?? '');
  const neuron = useSignal(props.neuron ?? 1);
  const row = useSignal(props.row);
  const answer = useMemo(() => loaded<InspectAnswer>(), []);
  const id = shownRun.value;
  useEffect(() => {
    row.value = props.row;
    if (props.layer) asked.value = props.layer;
    if (props.neuron) neuron.value = props.neuron;
  }, [props.row, props.layer, props.neuron]);
  useEffect(() => {
    if (layer !== '')
      void answer.load(() => evaluationApi.inspect(id, { row: row.value, layer, neuron: neuron.value }));
  }, [id, row.value, layer, neuron.value]);
  const found = answer.value.value;
  const trouble = answer.trouble.value;
  const size = layers.find(({ name }) => name === layer)?.neurons ?? 1;
  if (!network.value.value) return <p class="lead">Looking…</p>;
  if (layers.length === 0) return <p class="lead">This network has no neurons that fire once a row.</p>;
  return (
    <div class="neurons">
      <div class="row">
        <Choice
          label="Layer"
          value={layer}
          options={layers.map(({ name, neurons }) => ({ value: name, title: `${name} (${neurons})` }))}
          onChange={value => {
            asked.value = value;
            neuron.value = 1;
          }}
          says="The layer that the neuron stands in."
        />
        <NumberField
          label="Neuron"
          {...boundWhole(neuron)}
          step={1}
          least={1}
          most={size}
          says={`The neuron, 1 to ${size}.`}
        />
        <NumberField
          label="Row"
          {...boundWhole(row)}
          step={1}
          least={1}
          says="The row of the data, as hillock inspect counts."
        />
      </div>
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {found && !trouble && <Details found={found} />}
      {found && !trouble && <Firing id={id} layer={layer} neuron={neuron.value} show={to => (row.value = to)} />}
    </div>
  );
}

interface FiringProps {
  readonly id: string;
  readonly layer: string;
  readonly neuron: number;
  readonly show: (row: number) => void;
}

/** How z of the neuron lies over many rows, and the rows that drive it most. */
function Firing({ id, layer, neuron, show }: FiringProps) {
  const answer = useMemo(() => loaded<FiringAnswer>(), []);
  useEffect(() => void answer.load(signal => evaluationApi.firing(id, { layer, neuron }, signal)), [id, layer, neuron]);
  const found = answer.value.value;
  if (!found) return null;
  return (
    <div class="firing">
      <Picture figure={found.figure} />
      <h3>Rows that drive it most</h3>
      <div class="row">
        {found.top.map(({ row, z, y }) => (
          <Button
            key={row}
            onClick={() => show(row)}
            says={`Row ${row}: z is ${shown(z)}, ŷ is ${shown(y)}. Press to see the neuron at work on it.`}
          >
            {row}: {shown(y)}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Details({ found: { row, neuron } }: { readonly found: InspectAnswer }) {
  const said = typeof row.value === 'number' ? shown(row.value, 5) : row.value;
  const member = neuron.members > 1 ? `, network ${neuron.member} of ${neuron.members}` : '';
  return (
    <>
      <p class="lead">
        Row {row.row}: {row.target} is {row.truth === null ? 'not known' : String(row.truth)}, said {said}.
      </p>
      <NeuronDetails
        view={{
          title: `${neuron.name}${member}`,
          inputs: neuron.terms,
          bias: neuron.bias ?? undefined,
          z: neuron.z,
          activation: neuron.activation,
          y: neuron.y,
        }}
        most={40}
      />
      {neuron.reading && <p class="lead">{neuron.reading}</p>}
    </>
  );
}
