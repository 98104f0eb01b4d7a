import { confusionLayout, type Figure, palettes, svgContext } from 'hillock/draw';
import type { EvaluationAnswer } from 'hillock/studio';
import { boxStyle } from '../../parts/box.ts';
import { Picture } from '../../parts/Picture.tsx';
import { Section } from '../../parts/Section.tsx';
import { whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { cell, from } from './state.ts';

type ConfusionFigure = Extract<Figure, { kind: 'confusion' }>;

/** The confusion matrix: a cell is a button that lists its rows. */
export function Confusion({ found }: { readonly found: EvaluationAnswer }) {
  const figure = found.figures.find((one): one is ConfusionFigure => one.kind === 'confusion');
  if (!figure) return null;
  return (
    <Section id="confusion" title="What is taken for what">
      <div class="confusion" style={{ maxInlineSize: `${Math.max(420, figure.model.labels.length * 64 + 160)}px` }}>
        <Picture
          figure={figure}
          {...(found.without === null && { over: width => <Cells figure={figure} width={width} /> })}
        />
      </div>
    </Section>
  );
}

function Cells({ figure, width }: { readonly figure: ConfusionFigure; readonly width: number }) {
  const { labels, counts } = figure.model;
  const look = { width, height: figure.height, palette: palettes.light };
  const layout = confusionLayout(svgContext(width, figure.height), figure.model, look);
  const size = labels.length;
  const focus = (event: KeyboardEvent, truth: number, said: number): void => {
    const [down, right] =
      ({ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] } as const)[
        event.key as 'ArrowUp'
      ] ?? [];
    if (down === undefined || right === undefined) return;
    event.preventDefault();
    const next = Math.min(size - 1, Math.max(0, truth + down)) * size + Math.min(size - 1, Math.max(0, said + right));
    const buttons = (event.currentTarget as Element).parentElement!.querySelectorAll<HTMLElement>('button');
    buttons[next]?.focus();
  };
  const current = cell.value;
  return (
    <div role="group" aria-label="Cells of the confusion matrix; the arrow keys go from cell to cell">
      {counts.flatMap((row, truth) =>
        row.map((count, said) => {
          const box = layout.cell(truth, said);
          const name = `${truth},${said}`;
          const words = `${whole(count)} rows of ${labels[truth]} were said to be ${labels[said]}`;
          return (
            <button
              key={name}
              type="button"
              class="cell"
              style={boxStyle(box)}
              tabIndex={(current === 'wrong' ? '0,0' : current) === name ? 0 : -1}
              aria-pressed={current === name}
              aria-label={words}
              onClick={() => {
                from.value = 0;
                cell.value = current === name ? 'wrong' : name;
              }}
              onKeyDown={event => focus(event, truth, said)}
              {...says(`${words}. Press to list them.`)}
            />
          );
        }),
      )}
    </div>
  );
}
