import { type Signal, useSignal } from '@preact/signals';
import {
  drawNetwork,
  drawTiles,
  type NetworkPicture,
  networkLayout,
  palettes,
  type TilesPicture,
  tilesLayout,
} from 'hillock/draw';
import { useRef } from 'preact/hooks';
import { drawn, opened } from '../../lab/client.ts';
import type { LabFrame } from '../../lab/messages.ts';
import { Canvas } from '../../parts/Canvas.tsx';
import { shown } from '../../state/format.ts';
import { inspect } from '../../state/inspector.ts';
import { says } from '../../state/says.ts';
import { isFrozen } from './actions.ts';
import { inputNames, outputs } from './data.ts';
import { encodedHere } from './here.ts';
import { Inspected } from './Inspected.tsx';
import { chosen, collapsed, fitting, frozen, layerNames, numbersShown, settled, sizes } from './state.ts';
import { activationOf, neuronName, neuronView, weightNumbers } from './view.ts';

const rowHeight = 58;
const heightNow = (): number =>
  collapsed.value ? 400 : Math.max(200, Math.min(760, Math.max(...sizes.value) * rowHeight + 16));

/** The picture of the network under buttons: one for each neuron, one tab stop for all of them. */
export function NetworkView() {
  const frame = settled.value;
  const pointed = useSignal<{ column: number; unit: number } | undefined>(undefined);
  const width = useSignal(600);
  const all = sizes.value;
  const marked = pointed.value ?? chosen.value;
  const host = useRef<HTMLDivElement>(null);
  const height = heightNow();
  const places = collapsed.value
    ? networkLayout(blocks(frame), { width: width.value, height, palette: palettes.light }).columns.map(
        ({ neurons, box }) =>
          neurons.length > 0
            ? { places: neurons, tall: 26, wide: 26 }
            : { places: [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }], tall: box.height, wide: box.width },
      )
    : (() => {
        const { columns, size } = tilesLayout(all, { width: width.value, height });
        return columns.map(list => ({ places: list, tall: size, wide: size }));
      })();
  const focusable = chosen.value ?? { column: Math.min(1, all.length - 1), unit: 0 };
  const move = (event: KeyboardEvent, column: number, unit: number): void => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const to = Math.min(all.length - 1, Math.max(0, column + step[0]!));
    const most = places[to]!.places.length - 1;
    const wanted =
      to === column ? unit + step[1]! : Math.round((unit / Math.max(1, places[column]!.places.length - 1)) * most);
    chosen.value = { column: to, unit: Math.min(most, Math.max(0, wanted)) };
    requestAnimationFrame(() => host.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus());
  };
  return (
    <div
      class="network"
      ref={host}
      role="group"
      aria-busy={frame?.id !== opened.value}
      aria-label="Neurons: arrow keys go from one to the next, enter opens one"
      style={`min-height:${height}px`}
    >
      <Picture width={width} height={height} marked={marked} />
      {places.map(({ places: list, tall, wide }, column) =>
        list.map(({ x, y }, unit) => (
          <button
            key={`${column} ${unit}`}
            type="button"
            class="neuron"
            style={`left:${x}px;top:${y}px;width:${Math.max(20, wide)}px;height:${Math.max(20, tall)}px`}
            tabIndex={focusable.column === column && focusable.unit === unit ? 0 : -1}
            aria-label={labelOf(frame, column, unit)}
            onKeyDown={event => move(event, column, unit)}
            onFocus={() => {
              chosen.value = { column, unit };
            }}
            onPointerEnter={() => {
              pointed.value = { column, unit };
            }}
            onPointerLeave={() => {
              pointed.value = undefined;
            }}
            onClick={() => open(column, unit)}
            {...says(
              column === 0
                ? 'An input: what the network is told of a sample.'
                : 'A neuron: press enter or click to see and change its weights.',
            )}
          />
        )),
      )}
      {frame && pointed.value && pointed.value.column > 0 && (
        <Card
          frame={frame}
          at={pointed.value}
          place={places[pointed.value.column]?.places[pointed.value.unit]}
          width={width.value}
        />
      )}
    </div>
  );
}

/** What is drawn, as often as there is something new. */
function Picture(props: {
  readonly width: Signal<number>;
  readonly height: number;
  readonly marked: TilesPicture['marked'];
}) {
  const { width, height, marked } = props;
  const frame = fitting.value;
  const read = settled.value;
  return (
    <Canvas
      title="The network"
      {...(read ? { file: { name: 'network', numbers: () => weightNumbers(read) } } : {})}
      summary={`Layers of ${sizes.value.join(', ')}; ${read ? `epoch ${shown(read.epoch)}` : 'not yet open'}`}
      height={height}
      draw={(context, look) => {
        if (width.peek() !== look.width)
          queueMicrotask(() => {
            width.value = look.width;
          });
        if (!frame) return;
        if (collapsed.value) drawNetwork(context, blocks(frame), look);
        else drawTiles(context, tiles(frame, marked), look);
        drawn(frame);
      }}
      says="Blue edges are weights above 0, dashed orange ones below; the wider the stronger. Each tile shows what its neuron answers all over the plane."
    />
  );
}

function open(column: number, unit: number): void {
  chosen.value = { column, unit };
  if (column > 0) inspect({ title: 'Neuron', content: () => <Inspected /> });
}

function labelOf(frame: LabFrame | undefined, column: number, unit: number): string {
  if (column === 0) return `Input ${neuronName(0, unit)}`;
  if (!frame) return `Layer ${column}, neuron ${unit + 1}`;
  const { title, z, y, inputs } = neuronView(frame, column, unit);
  const strongest = inputs.reduce((a, b) => (Math.abs(b.w) > Math.abs(a.w) ? b : a), inputs[0]!);
  return `${title}, z ${shown(z)}, output ${shown(y)}, strongest input ${strongest.name} weight ${shown(strongest.w)}${isFrozen(column, unit) ? ', frozen' : ''}`;
}

/** The numbers of a neuron beside it, while the pointer is on it. */
function Card(props: {
  readonly frame: LabFrame;
  readonly at: { readonly column: number; readonly unit: number };
  readonly place: { readonly x: number; readonly y: number } | undefined;
  readonly width: number;
}) {
  const { frame, at, place, width } = props;
  if (!place) return null;
  const { title, inputs, bias, z, y } = neuronView(frame, at.column, at.unit);
  const listed = [...inputs].sort((a, b) => Math.abs(b.product) - Math.abs(a.product)).slice(0, 5);
  const right = place.x < width * 0.55;
  return (
    <div
      class="card"
      aria-hidden="true"
      style={`top:${place.y}px;${right ? `left:${place.x + 36}px` : `right:${width - place.x + 36}px`}`}
    >
      <b>{title}</b>
      <div>
        z = {listed.map(({ x, w }, i) => `${i > 0 ? ' + ' : ''}${bracketed(x)}·${bracketed(w)}`).join('')}
        {inputs.length > listed.length && ' + …'}
        {bias !== undefined && ` + ${bracketed(bias)}`} = <b>{shown(z)}</b>
      </div>
      <div>
        ŷ = {activationOf(at.column)}(z) = <b>{shown(y)}</b>
      </div>
    </div>
  );
}

const bracketed = (value: number): string => (value < 0 ? `(${shown(value)})` : shown(value));

/** A neuron's answers between −1 and 1, whatever its activation makes. */
function scaled(values: Float32Array, column: number, unit: number, units: number): Float32Array {
  const cells = values.length / units;
  const own = new Float32Array(cells);
  for (let i = 0; i < cells; i++) own[i] = values[i * units + unit]!;
  const kind = activationOf(column);
  if (kind === 'sigmoid' || (units === outputs.value && units > 1 && column === sizes.value.length - 1))
    return own.map(value => 2 * value - 1);
  if (kind === 'tanh') return own;
  const most = own.reduce((a, b) => Math.max(a, Math.abs(b)), 0) || 1;
  return own.map(value => value / most);
}

function tiles(frame: LabFrame, marked: TilesPicture['marked']): TilesPicture {
  const names = layerNames.value;
  const all = sizes.value;
  const { under } = frame;
  const edges = under?.phase === 'backward' && frame.gradients ? frame.gradients : frame.parameters;
  return {
    columns: all.map((units, column) =>
      Array.from({ length: units }, (_, unit) => {
        if (column === 0) return { label: inputNames.value[unit]! };
        const values = frame.small.get(names[column - 1]!);
        const here = frame.here.y.get(names[column - 1]!)?.[unit];
        return {
          label: under || numbersShown.value ? shown(here, 2) : undefined,
          picture: values && scaled(values, column, unit, units),
          frozen: frozen.value.has(`${names[column - 1]}:${unit}`),
        };
      }),
    ),
    edges: names.map(name => edges.get(`${name}.weight`)!),
    numbers: numbersShown.value,
    marked,
    format: value => shown(value, 2),
  };
}

function blocks(frame: LabFrame | undefined): NetworkPicture {
  const names = layerNames.value;
  return {
    caption: 'the network',
    layers: sizes.value.map((size, column) => ({
      name: column === 0 ? 'inputs' : column === sizes.value.length - 1 ? 'output' : `layer ${column}`,
      about: column === 0 ? '' : activationOf(column),
      size,
      ...(column === 0 ? { labels: inputNames.value, values: encodedHere() } : {}),
      ...(column > 0 && frame
        ? {
            weights: frame.parameters.get(`${names[column - 1]}.weight`)!,
            values: frame.here.y.get(names[column - 1]!)!,
          }
        : {}),
    })),
  };
}
