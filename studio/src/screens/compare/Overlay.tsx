import type { Curve, Figure } from 'hillock/draw';
import type { RunDetail } from 'hillock/studio';
import { useMemo } from 'preact/hooks';
import { Picture } from '../../parts/Picture.tsx';
import { details, picked } from './state.ts';

/** The curves of the chosen runs in one picture: validation through, training faint and dashed. */
export function Overlay() {
  const some = picked.value.flatMap(id => details.value.get(id) ?? []);
  const figures = useMemo(() => [lossFigure(some), ...scoreFigures(some)], [some.map(({ id }) => id).join('|')]);
  if (some.length === 0) return null;
  return (
    <div class="pictures">
      {figures.map(figure => (
        <Picture key={figure.id} figure={figure} />
      ))}
    </div>
  );
}

function lossFigure(runs: readonly RunDetail[]): Figure {
  const curves = runs.map(
    ({ id, history }, index): Curve => ({ label: id, index, points: history.map(({ epoch, loss }) => [epoch, loss]) }),
  );
  return {
    kind: 'curves',
    id: 'loss-of-runs',
    title: 'Training loss',
    says: `The training loss of ${runs.length} ${runs.length === 1 ? 'run' : 'runs'}, epoch by epoch.`,
    height: 300,
    model: { caption: 'Training loss by run', x: { label: 'epoch' }, y: { label: 'loss' }, curves },
  };
}

/** The validation scores that all chosen runs have. */
function scoreFigures(runs: readonly RunDetail[]): readonly Figure[] {
  const names = Object.keys(runs[0]?.history[0]?.validation ?? {}).filter(name =>
    runs.every(({ history }) => history.some(({ validation }) => validation[name] !== undefined)),
  );
  const [monitor] = runs.flatMap(({ report }) => report?.options.monitor ?? []);
  const shown = [...new Set([...(monitor && names.includes(monitor) ? [monitor] : []), ...names])].slice(0, 2);
  return shown.map(name => ({
    kind: 'curves',
    id: `${name}-of-runs`,
    title: `Validation ${name}`,
    says: `${name} of the validation part after each epoch.`,
    height: 300,
    model: {
      caption: `Validation ${name} by run`,
      x: { label: 'epoch' },
      y: { label: name },
      curves: runs.map(
        ({ id, history }, index): Curve => ({
          label: id,
          index,
          points: history.map(({ epoch, validation }) => [epoch, validation[name] ?? Number.NaN]),
        }),
      ),
    },
  }));
}
