import { formatBytes, formatCount, formatDuration, formatNumber } from '../../format.ts';
import type { RunEntry, Score } from '../../job/index.ts';
import { defineCommand } from '../command.ts';
import { text, withDefault } from '../parameters.ts';
import { table } from '../table.ts';
import { styled, type Terminal } from '../terminal.ts';

/** `hillock runs`: the run folders and how good they are. */
export const runs = defineCommand({
  details: 'Lists the runs in a folder, newest first, with their score on the test part beside the trivial answer.',
  arguments: { folder: withDefault(text('FOLDER', 'where the run folders are'), 'runs') },
  options: {},
  examples: [
    { line: 'hillock runs', shows: 'the runs in ./runs' },
    { line: 'hillock runs models --json', shows: 'those in another folder, for a program' },
  ],
  async run({ args, out }) {
    const { stat } = await import('node:fs/promises');
    const { HillockError } = await import('../../errors.ts');
    const { listRuns, scoreOf } = await import('../../job/runs.ts');
    const there = (await stat(args.folder).catch(() => undefined))?.isDirectory() ?? false;
    if (!there && args.folder !== 'runs') throw new HillockError('data', `there is no folder ${args.folder}`);
    const found = there ? await listRuns(args.folder) : [];
    const scored = found.map(run => ({ ...run, score: scoreOf(run) ?? null }));
    out.result({ folder: args.folder, runs: scored.map(withoutReport) }, () =>
      runsText(scored, args.folder, out.stdout),
    );
    return undefined;
  },
});

type Scored = RunEntry & { readonly score: Score | null };

function withoutReport({ report, ...entry }: Scored): object {
  const { task = null, parameters = null, seconds = null, epochs = null, seed = null } = report ?? {};
  return { ...entry, task, parameters, seconds, epochs, seed };
}

function runsText(found: readonly Scored[], folder: string, screen: Terminal): string {
  if (found.length === 0) return `no runs in ${folder} yet; try: hillock train demo:digits`;
  const short = (value: number | null): string => (value === null ? '-' : formatNumber(Number(value.toFixed(4)), 4));
  const rows = found.map(run => {
    const { report, score } = run;
    return [
      run.folder,
      run.source ?? '-',
      run.target ?? '-',
      report?.task ?? '-',
      score ? `${score.metric} ${short(score.value)}` : '-',
      score ? short(score.trivial) : '-',
      score ? short(score.linear) : '-',
      typeof report?.parameters === 'number' ? formatCount(report.parameters) : '-',
      typeof report?.seconds === 'number' ? formatDuration(report.seconds) : '-',
      formatBytes(run.bytes),
      run.state,
    ];
  });
  const right = (header: string) => ({ header, align: 'right' as const });
  const columns = [
    { header: 'run', wrap: 18 },
    { header: 'source', max: 30, wrap: 12, drop: 3 },
    { header: 'target', max: 20, wrap: 8, drop: 2 },
    { header: 'task', drop: 6 },
    'score',
    { ...right('trivial'), drop: 1 },
    { ...right('linear'), drop: 1 },
    { ...right('weights'), drop: 5 },
    { ...right('took'), drop: 4 },
    { ...right('size'), drop: 7 },
    'state',
  ];
  const open = found.filter(({ state }) => state === 'interrupted');
  const hints = open
    .slice(0, 5)
    .map(({ folder: run }) => `  ${styled(`hillock train --resume ${run}`, 'cyan', screen)}`);
  return [
    table(columns, rows, screen),
    ...(hints.length > 0 ? ['', 'Go on with what was interrupted:', ...hints] : []),
  ].join('\n');
}
