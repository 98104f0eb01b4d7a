import type { Figure } from 'hillock/draw';
import { useMemo } from 'preact/hooks';
import { Choice } from '../../parts/Choice.tsx';
import { Picture } from '../../parts/Picture.tsx';
import { Section } from '../../parts/Section.tsx';
import { whole } from '../../state/format.ts';
import { metricNamed, system } from '../../state/system.ts';
import { against, columns, found } from './state.ts';
import { type Column, differing } from './table.ts';

const mostAxes = 7;
const mostLines = 300;
const plain = new Set(['target', 'monitor', 'changed', 'parameters', 'training rows', 'data', 'device']);

/** The settings in which runs differ, each an axis, and a score at the end: one line a run. */
export function Settings() {
  const scores = columns.value.filter(({ score, name }) => score && name !== 'epochs' && name !== 'seconds');
  const score = scores.find(({ name }) => name === against.value) ?? scores.find(({ name }) => name === 'best');
  const runs = found.value;
  const known = system.value;
  const figure = useMemo(() => (score ? figureOf(score, columns.value, runs) : undefined), [score?.name, runs, known]);
  if (!score || !figure) return null;
  return (
    <Section
      id="settings"
      title="Settings and score"
      aside={
        <Choice
          label="Against"
          value={score.name}
          options={scores.map(({ name }) => ({ value: name, title: name }))}
          onChange={value => {
            against.value = value;
          }}
          says="The score at the end of each line, which gives it its colour."
        />
      }
    >
      <Picture figure={figure} wide />
    </Section>
  );
}

function figureOf(score: Column, all: readonly Column[], runs: (typeof found)['value']): Figure | undefined {
  const scored = runs.filter(run => typeof score.of(run) === 'number');
  const axes = all
    .filter(column => !column.score && !plain.has(column.name) && differing(column, scored))
    .slice(0, mostAxes);
  if (scored.length < 2 || axes.length === 0) return undefined;
  const some = scored.slice(0, mostLines);
  const lower =
    score.name === 'best' || score.name === 'last'
      ? some[0]!.better === 'lower'
      : metricNamed(score.name).better === 'lower';
  return {
    kind: 'parallel',
    id: 'settings-of-runs',
    title: `${score.name} by settings`,
    says: `Each line is a run: its settings from left to right, ${score.name} at the end${scored.length > some.length ? `; the newest ${whole(some.length)} of ${whole(scored.length)}` : ''}.`,
    height: 340,
    model: {
      caption: `${score.name} by settings`,
      axes: [...axes.map(({ name }) => name), score.name],
      lines: some.map(run => ({ label: run.id, values: [...axes, score].map(column => column.of(run)) })),
      better: lower ? 'lower' : 'higher',
    },
  };
}
