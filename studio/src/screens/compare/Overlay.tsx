import type { Figure } from 'hillock/draw';
import type { RunDetail } from 'hillock/studio';
import { useMemo } from 'preact/hooks';
import { Picture } from '../../parts/Picture.tsx';
import { bySeeds } from './seeds.ts';
import { bySeed, colours, details, picked, runs } from './state.ts';

/** The curves of the chosen runs in one picture: validation through, training faint and dashed. */
export function Overlay() {
  const some = picked.value.flatMap(id => details.value.get(id) ?? []);
  const groups = new Map(bySeed.value ? runs.value.map(({ id, group }) => [id, group]) : []);
  const groupOf = (id: string): string => groups.get(id) ?? id;
  const figures = useMemo(
    () => [lossFigure(some, groupOf), ...scoreFigures(some, groupOf)],
    [
      some
        .map(({ id, changed, history }) => `${id} ${changed} ${history.length} ${groupOf(id)} ${colours.value.get(id)}`)
        .join('|'),
    ],
  );
  if (some.length === 0) return null;
  return (
    <div class="pictures">
      {figures.map(figure => (
        <Picture key={figure.id} figure={figure} />
      ))}
    </div>
  );
}

type GroupOf = (id: string) => string;

function lossFigure(some: readonly RunDetail[], groupOf: GroupOf): Figure {
  const drawn = bySeeds(
    some.map(({ id, history }) => ({
      label: id,
      group: groupOf(id),
      index: colours.value.get(id)!,
      points: history.map(({ epoch, loss }) => [epoch, loss] as const),
    })),
  );
  return {
    kind: 'curves',
    id: 'loss-of-runs',
    title: 'Training loss',
    says: `The training loss of ${some.length} ${some.length === 1 ? 'run' : 'runs'}, epoch by epoch.`,
    height: 300,
    model: { caption: 'Training loss by run', x: { label: 'epoch' }, y: { label: 'loss' }, ...drawn },
  };
}

/** The validation scores that all chosen runs have. */
function scoreFigures(some: readonly RunDetail[], groupOf: GroupOf): readonly Figure[] {
  const names = Object.keys(some[0]?.history[0]?.validation ?? {}).filter(name =>
    some.every(({ history }) => history.some(({ validation }) => validation[name] !== undefined)),
  );
  const [monitor] = some.flatMap(({ report }) => report?.options.monitor ?? []);
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
      ...bySeeds(
        some.map(({ id, history }) => ({
          label: id,
          group: groupOf(id),
          index: colours.value.get(id)!,
          points: history.map(({ epoch, validation }) => [epoch, validation[name] ?? Number.NaN] as const),
        })),
      ),
    },
  }));
}
