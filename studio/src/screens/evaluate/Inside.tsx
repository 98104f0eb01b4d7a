import { type Figure, networkLayout, palettes } from 'hillock/draw';
import { boxStyle } from '../../parts/box.ts';
import { Picture } from '../../parts/Picture.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { inspect } from '../../state/inspector.ts';
import { says } from '../../state/says.ts';
import { Neurons } from './Neurons.tsx';
import { inspectedRow, network, rows } from './state.ts';

type NetworkFigure = Extract<Figure, { kind: 'network' }>;

/** The network; every neuron opens in the drawer. */
export function Inside() {
  const found = network.value.value;
  const trouble = network.trouble.value;
  const layers = new Set(found?.layers.map(({ name }) => name));
  return (
    <Section id="inside" title="Inside">
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {found && found.figure.kind === 'network' && (
        <Picture
          wide
          figure={found.figure}
          over={width => <Places figure={found.figure as NetworkFigure} width={width} inspectable={layers} />}
        />
      )}
    </Section>
  );
}

const open = (layer: string, neuron: number): void => {
  const row = rows.value.peek()?.rows.find(one => one.row !== null)?.row ?? 1;
  const members = network.value.peek()?.members ?? 1;
  inspectedRow.value = 0;
  inspect({
    title: `${layer}, neuron ${neuron}${members > 1 ? ` of network 1 of ${members}` : ''}`,
    content: () => <Neurons key={`${layer} ${neuron}`} row={row} layer={layer} neuron={neuron} />,
  });
};

interface PlacesProps {
  readonly figure: NetworkFigure;
  readonly width: number;
  readonly inspectable: ReadonlySet<string>;
}

/** Buttons over the neurons, and over blocks for their first neuron. */
function Places({ figure, width, inspectable }: PlacesProps) {
  const { layers } = figure.model;
  const { columns, radius } = networkLayout(figure.model, { width, height: figure.height, palette: palettes.light });
  const size = Math.max(radius * 2, 12);
  return (
    <>
      {layers.map((layer, i) => {
        if (!inspectable.has(layer.name)) return null;
        const { neurons, box } = columns[i]!;
        if (neurons.length === 0)
          return (
            <button
              key={layer.name}
              type="button"
              class="cell"
              style={boxStyle(box)}
              aria-label={`${layer.name}, ${layer.size} neurons`}
              onClick={() => open(layer.name, 1)}
              {...says(`${layer.name}: ${layer.size} neurons. Press to look into one.`)}
            />
          );
        return neurons.map(({ x, y }, n) => (
          <button
            key={`${layer.name} ${n}`}
            type="button"
            class="cell round"
            style={{
              insetInlineStart: `${x - size / 2}px`,
              insetBlockStart: `${y - size / 2}px`,
              inlineSize: `${size}px`,
              blockSize: `${size}px`,
            }}
            aria-label={`${layer.name}, neuron ${n + 1}${layer.labels?.[n] ? `, ${layer.labels[n]}` : ''}`}
            onClick={() => open(layer.name, n + 1)}
            {...says(`Neuron ${n + 1} of ${layer.name}. Press to see its inputs, weights and products.`)}
          />
        ));
      })}
    </>
  );
}
