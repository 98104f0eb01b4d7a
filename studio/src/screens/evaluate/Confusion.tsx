import { confusionLayout, type Figure, palettes, svgContext } from 'hillock/draw';
import type { EvaluationAnswer } from 'hillock/studio';
import { useMemo } from 'preact/hooks';
import { boxStyle } from '../../parts/box.ts';
import { Picture } from '../../parts/Picture.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown, whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { type Moved, movedCut } from './cut.ts';
import { cell, from, sought, threshold } from './state.ts';

type ConfusionFigure = Extract<Figure, { kind: 'confusion' }>;

/** The confusion matrix: a cell is a button that lists its rows. */
export function Confusion({ found }: { readonly found: EvaluationAnswer }) {
  const own = found.figures.find((one): one is ConfusionFigure => one.kind === 'confusion');
  const moved = movedCut(found, threshold.value);
  const figure =
    useMemo(() => own && moved && cutElsewhere(own, found.things, moved), [own, moved?.threshold, moved?.at]) ?? own;
  if (!figure) return null;
  return (
    <Section id="confusion" title="What is taken for what">
      <div class="confusion" style={{ maxInlineSize: `${Math.max(420, figure.model.labels.length * 64 + 160)}px` }}>
        <Picture
          figure={figure}
          {...(found.without === null && {
            over: width => <Cells figure={figure} width={width} things={found.things} />,
          })}
        />
      </div>
    </Section>
  );
}

/** The matrix as it is where the probability is cut elsewhere. */
function cutElsewhere(figure: ConfusionFigure, things: string, { at, counts }: Moved): ConfusionFigure {
  const all = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, i) => sum + row[i]!, 0);
  return {
    ...figure,
    says: `Cut at ${shown(at)}: ${whole(right)} of ${whole(all)} ${things} are right; each line is a true class, each column what is said then.`,
    model: { ...figure.model, counts },
  };
}

interface CellsProps {
  readonly figure: ConfusionFigure;
  readonly width: number;
  readonly things: string;
}

function Cells({ figure, width, things }: CellsProps) {
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
          const words = `${whole(count)} ${things} of ${labels[truth]} were said to be ${labels[said]}`;
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
                sought.value = true;
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
