import type { Gate, Judgement, ModelCard } from '../../deploy/index.ts';
import { HillockError } from '../../errors.ts';
import { formatCount, formatScore, shellWord } from '../../format.ts';
import type { Report } from '../../job/index.ts';
import type { Artifact } from '../../model/index.ts';
import { defineCommand, type Invocation } from '../command.ts';
import type { Output } from '../output.ts';
import { integer, repeated, required, text, withDefault } from '../parameters.ts';
import { styled } from '../terminal.ts';
import { singleLine } from '../width.ts';
import { checkGoals, goalsOf } from './goals.ts';

const args = {
  run: required(text('RUN', 'a run folder or a model.onnx')),
};
const options = {
  if: repeated(required(text('CONDITION', "what its test part must reach, such as 'accuracy>=0.97'; all must hold"))),
  to: required(text('DIR', 'a new or empty folder, or an earlier deployment; serve: start the service at once')),
  port: withDefault(
    integer('N', 'where the service listens; 0, only with --to serve, takes a free one', { min: 0, max: 65_535 }),
    8080,
  ),
};

/** `hillock deploy`: only what is good enough is served. */
export const deploy = defineCommand({
  details:
    'Holds the scores of the test part, as the report of the run has them, against every --if. Where one does not hold ' +
    'nothing is written and the exit code is 7. Otherwise writes a folder with model.onnx, the program that serves it, ' +
    'a Dockerfile, a unit for systemd, a smoke test, and a model card as Markdown and JSON (see docs/deploy.md).',
  arguments: args,
  options,
  examples: [
    {
      line: "hillock deploy runs/salary --if 'accuracy>=0.85' --if 'auc>=0.9' --to deploy/salary",
      shows: 'a folder that is ready to be started',
    },
    { line: "hillock deploy runs/sales --if 'mase<=0.8' --to serve", shows: 'serve it here, if it is good enough' },
  ],
  async run(invocation) {
    const { args, options, out } = invocation;
    const { readModel } = await import('../../model/folder.ts');
    const { decodeArtifact } = await import('../../model/artifact.ts');
    const { parseReport } = await import('../../job/report-schema.ts');
    const { judge } = await import('../../deploy/index.ts');
    const goals = await goalsOf(options.if, '--if');
    if (options.port === 0 && options.to !== 'serve')
      throw new HillockError('usage', '--port 0: the files of a folder name the port', 'give one of 1 to 65535');
    const { bytes, path } = await readModel(args.run);
    const artifact = decodeArtifact(bytes, path);
    const report = parseReport(artifact.report);
    if (!report) {
      throw new HillockError(
        'model-file',
        `${args.run} holds no report that can be read, so nothing tells how good it is`,
        'train it anew, or serve it without a condition: hillock serve',
      );
    }
    await checkGoals(goals, report.task, '--if');
    const gate = judge(report, goals);
    if (gate.rows === 0 || gate.part !== 'test') warnOfPart(gate, out);
    const fields = { run: args.run, to: options.to, gate };
    if (!gate.passed) {
      out.result({ ...fields, deployed: false }, () => gateText(gate, out));
      out.message('not deployed: a condition does not hold');
      return 'target-not-reached';
    }
    if (options.to === 'serve') {
      out.event('gate', gate);
      out.data(gateText(gate, out));
      return served(invocation, bytes);
    }
    const card = await writtenFolder(invocation, { artifact, report, gate, file: bytes });
    const { name, model, files } = card;
    out.result({ ...fields, deployed: true, name, sha256: model.sha256, files: Object.keys(files) }, () =>
      [gateText(gate, out), '', writtenText(card, options.to, out)].join('\n'),
    );
    return undefined;
  },
});

type Deploying = Invocation<typeof args, typeof options>;

/** Serves what was judged, whatever becomes of the run. */
async function served({ args, options, out, signal }: Deploying, file: Uint8Array) {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const { modelName, runFiles, writeWhole } = await import('../../model/folder.ts');
  const { serve } = await import('./serve.ts');
  const folder = await mkdtemp(join(tmpdir(), 'hillock-deploy-'));
  try {
    const run = join(folder, modelName(args.run));
    await writeWhole(join(run, runFiles.model), file);
    const given = { args: { run: [run] }, options: { port: [String(options.port)] }, excess: [] };
    return await serve.run(given, { out, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Judged {
  readonly artifact: Artifact;
  readonly report: Report;
  readonly gate: Gate;
  readonly file: Uint8Array;
}

async function writtenFolder({ args, options }: Deploying, { artifact, ...judged }: Judged): Promise<ModelCard> {
  const { writeDeployment } = await import('../../deploy/index.ts');
  const { sessionOnThread } = await import('../../job/session-thread.ts');
  const { encodeArtifact, encodePacked } = await import('../../model/artifact.ts');
  const { modelName } = await import('../../model/folder.ts');
  const { spec, parameters, report } = artifact;
  const { run: packed, close } = await sessionOnThread(encodePacked(spec, parameters), 'cpu');
  const toOnnx = (): Uint8Array => encodeArtifact(spec, parameters, report);
  const model = { spec, report: judged.report, packed, toOnnx };
  try {
    return await writeDeployment(options.to, { ...judged, name: modelName(args.run), model, port: options.port });
  } finally {
    await close();
  }
}

function warnOfPart({ part }: Gate, out: Output): void {
  out.message(
    `note: nothing was held out for a test; judged on the ${part} part, which training has looked at, so the scores flatter`,
  );
}

function judgementText({ metric, sign, level, value, interval, holds }: Judgement, out: Output): string {
  const found = value === null ? 'not defined' : formatScore(metric, value);
  const range = interval ? ` (95 %: ${formatScore(metric, interval.low)} … ${formatScore(metric, interval.high)})` : '';
  const mark = holds ? styled('holds', 'green', out.stdout) : styled('does not hold', 'red', out.stdout);
  return `${metric} ${sign} ${level}: ${found}${range}, ${mark}`;
}

function gateText(gate: Gate, out: Output): string {
  const title = `On the ${gate.part} part, ${formatCount(gate.rows)} rows:`;
  return [title, ...gate.judgements.map(one => `  ${judgementText(one, out)}`)].join('\n');
}

function writtenText({ name, model, files }: ModelCard, to: string, out: Output): string {
  const command = (line: string): string => `  ${styled(line, 'cyan', out.stdout)}`;
  return [
    `${styled(singleLine(name), 'bold', out.stdout)} is in ${to}: ${formatCount(Object.keys(files).length + 1)} files, model.onnx ${model.sha256.slice(0, 12)}…`,
    `What it can do and what not: ${to}/model-card.md. Start it with:`,
    command(`cd ${shellWord(to)} && npm install --omit=dev --ignore-scripts && npm start`),
    command('node smoke-test.mjs'),
  ].join('\n');
}
