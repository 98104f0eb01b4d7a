import { Choice, Switch } from '../../parts/Choice.tsx';
import { NeuronDetails } from '../../parts/NeuronView.tsx';
import { shown } from '../../state/format.ts';
import { editWeight, isFrozen, toggleFrozen } from './actions.ts';
import { chosen, placeNow, settled, sizes } from './state.ts';
import { neuronName, neuronView } from './view.ts';

/** The chosen neuron in the drawer, live. */
export function Inspected() {
  const frame = settled.value;
  const at = chosen.value;
  if (!frame || !at || at.column < 1 || at.column >= sizes.value.length) return <p>Choose a neuron.</p>;
  const unit = Math.min(at.unit, sizes.value[at.column]! - 1);
  const { column } = at;
  const [x1, x2] = placeNow.value;
  return (
    <>
      <div class="row">
        <Choice
          label="neuron"
          value={`${column} ${unit}`}
          options={sizes.value.flatMap((size, c) =>
            c === 0 ? [] : Array.from({ length: size }, (_, u) => ({ value: `${c} ${u}`, title: neuronName(c, u) })),
          )}
          onChange={value => {
            const [c = 1, u = 0] = value.split(' ').map(Number);
            chosen.value = { column: c, unit: u };
          }}
          says="The neuron that is shown."
        />
        <Switch
          label="freeze"
          value={isFrozen(column, unit)}
          onChange={() => toggleFrozen(column, unit)}
          says="A frozen neuron keeps its weights and its bias while the others learn."
        />
      </div>
      <p class="note">
        At x₁ = {shown(x1)}, x₂ = {shown(x2)}; point into the picture of the answer for another place.
      </p>
      <NeuronDetails
        view={neuronView(frame, column, unit)}
        onEdit={(from, value) => editWeight(column, unit, from, value)}
      />
    </>
  );
}
