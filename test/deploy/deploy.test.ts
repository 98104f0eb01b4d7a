/** `hillock deploy`: the gate, the folder, and a service started from it as its own files say. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelCard } from '../../src/deploy/index.ts';
import { exampleReport } from '../../src/job/testing.case.ts';
import { encodeArtifact } from '../../src/model/index.ts';
import { untrained } from '../../src/model/testing.case.ts';
import { random } from '../../src/random.ts';
import { peopleCsv, workFolder } from '../cli/files.ts';
import { hillock, root } from '../cli/hillock.ts';
import { listening, type Started } from '../serve/service.ts';

const work = workFolder();
afterAll(() => work.remove());
const at = (name: string): string => join(work.path, name);

const cardOf = (folder: string): ModelCard =>
  JSON.parse(readFileSync(join(folder, 'model-card.json'), 'utf8')) as ModelCard;

/** Starts the service by the command of the folder's Dockerfile, on a free port, with the packages of this repository. */
async function started(folder: string): Promise<Started> {
  const packages = join(folder, 'node_modules');
  if (!existsSync(packages)) symlinkSync(join(root, 'node_modules'), packages, 'dir');
  const line = readFileSync(join(folder, 'Dockerfile'), 'utf8').match(/^CMD (.*)$/m)![1]!;
  const [, ...args] = JSON.parse(line) as string[];
  const local = args.map((arg, i) => ({ '--port': '0', '--host': '127.0.0.1' })[args[i - 1] ?? ''] ?? arg);
  return listening(spawn(process.execPath, [...local, '--json'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] }));
}

async function smoke(folder: string, url: string): Promise<{ code: number; stdout: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'smoke-test.mjs'), url]);
    return { code: 0, stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, stdout };
  }
}

/** What a service that is started from a folder answers to the folder's own smoke test. */
async function smokeOf(folder: string): Promise<{ code: number; stdout: string }> {
  const service = await started(folder);
  const found = await smoke(folder, service.url);
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
  return found;
}

describe('a table', () => {
  const run = at('people');
  const folder = at('ready');
  beforeAll(() => {
    const people = work.file('people.csv', peopleCsv(300));
    const args = ['--epochs', '4', '--hidden', '8', '--members', '1', '--out', run];
    expect(hillock(['train', people, '--target', 'tall', ...args]).code).toBe(0);
  });

  test('below the level nothing is written, exit code 7', () => {
    const { code, events, stderr } = hillock([
      'deploy',
      run,
      '--if',
      'accuracy>=0.999',
      '--if',
      'auc>=0',
      '--to',
      at('none'),
      '--json',
    ]);
    expect(code).toBe(7);
    expect(stderr).toContain('not deployed');
    const gate = { part: 'test', rows: 60, passed: false, judgements: [{ holds: false }, { holds: true }] };
    expect(events.at(-1)).toMatchObject({ event: 'result', deployed: false, gate });
    expect(existsSync(at('none'))).toBe(false);
    const told = hillock(['deploy', run, '--if', 'accuracy>=0.999', '--to', at('none')]).stdout;
    expect(told).toMatch(
      /On the test part, 60 rows:\n {2}accuracy >= 0.999: [\d.]+ \(95 %: [\d.]+ … [\d.]+\), does not hold/,
    );
  });

  test('a folder from which a service starts that answers as the model did', async () => {
    const { code, stdout } = hillock(['deploy', run, '--if', 'accuracy>=0.3', '--to', folder, '--port', '8181']);
    expect(code).toBe(0);
    expect(stdout).toContain('holds');
    for (const name of ['model.onnx', 'Dockerfile', 'people.service', 'smoke-test.mjs', 'model-card.md'])
      expect(readdirSync(folder)).toContain(name);
    const { code: passed, stdout: said } = await smokeOf(folder);
    expect(said).not.toContain('FAILED');
    expect(passed).toBe(0);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('EXPOSE 8181');
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('"people=model.onnx"');
    expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual(['.dockerignore']);
    expect(statSync(folder).mode & 0o777).toBe(0o777 & ~process.umask());
  });

  test('the smoke test finds another model, a stopped service and a changed file', async () => {
    const other = await started(folder);
    const cases = join(folder, 'smoke-test.json');
    const kept = readFileSync(cases, 'utf8');
    const changed = JSON.parse(kept) as { answer: { probabilities: Record<string, number> } };
    changed.answer.probabilities.yes! += 0.01;
    writeFileSync(cases, JSON.stringify(changed));
    const found = await smoke(folder, other.url);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/FAILED {2}it answers as it did: the answer.probabilities.yes is/);
    writeFileSync(cases, kept);
    other.child.kill('SIGTERM');
    await other.ended;
    expect((await smoke(folder, other.url)).stdout).toMatch(/FAILED {2}it is ready/);
  });

  test('the card tells the file by its SHA-256, and scores with intervals', () => {
    const card = cardOf(folder);
    const bytes = readFileSync(join(folder, 'model.onnx'));
    expect(card.model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(Buffer.compare(bytes, readFileSync(join(run, 'model.onnx')))).toBe(0);
    for (const [name, hash] of Object.entries(card.files))
      expect(
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
        name,
      ).toBe(hash);
    const report = JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')) as {
      metrics: { test: Record<string, number> };
    };
    for (const { metric, value, interval } of card.metrics) {
      expect(value).toBe(report.metrics.test[metric]);
      expect(interval!.low).toBeLessThan(value);
      expect(interval!.high).toBeGreaterThan(value);
    }
    const accuracy = card.metrics.find(({ metric }) => metric === 'accuracy')!;
    const hits = accuracy.value * 60;
    const reach = (1.959964 / (60 + 1.959964 ** 2)) * Math.sqrt((hits * (60 - hits)) / 60 + 1.959964 ** 2 / 4);
    expect(accuracy.interval!.low).toBeCloseTo((hits + 1.959964 ** 2 / 2) / (60 + 1.959964 ** 2) - reach, 6);
    const text = readFileSync(join(folder, 'model-card.md'), 'utf8');
    for (const words of [
      card.model.sha256,
      'recall',
      'Wilson',
      'accuracy >= 0.3',
      '## Limits',
      'people.csv',
      'learning rate',
    ])
      expect(text).toContain(words);
  });

  test.runIf(spawnSync('systemd-analyze', ['--version']).status === 0)('the unit is one for systemd', () => {
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(folder, 'people.service')], {
      encoding: 'utf8',
    });
    const said = `${stdout}${stderr}`.split('\n').filter(line => /people\.service:|not found/.test(line));
    expect(said).toEqual([]);
  });

  test('over an earlier deployment, but not over what a person changed', () => {
    const again = ['deploy', run, '--if', 'accuracy>=0.3', '--to', folder];
    expect(hillock(again).code).toBe(0);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('EXPOSE 8080');
    writeFileSync(join(folder, 'Dockerfile'), 'FROM mine\n');
    expect(hillock(again)).toMatchObject({ code: 2, stderr: expect.stringContaining('Dockerfile was changed') });
    rmSync(join(folder, 'Dockerfile'));
    expect(hillock(again).code).toBe(0);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('FROM node');
    for (const name of ['model-card.md', 'model-card.json']) {
      const card = readFileSync(join(folder, name), 'utf8');
      writeFileSync(join(folder, name), card.replace('people.csv', 'my people'));
      expect(hillock(again)).toMatchObject({ code: 2, stderr: expect.stringContaining(`${name} was changed`) });
      writeFileSync(join(folder, name), card);
    }
    expect(hillock(again).code).toBe(0);
  });

  test('never over a folder of another', () => {
    const foreign = at('foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'diary.txt'), 'mine');
    writeFileSync(join(foreign, 'model-card.json'), '{"kind":"another","files":{"diary.txt":"0"}}');
    for (const to of [foreign, run]) {
      const names = readdirSync(to);
      expect(hillock(['deploy', run, '--if', 'accuracy>=0.3', '--to', to])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('was not written by hillock deploy'),
      });
      expect(readdirSync(to)).toEqual(names);
    }
    expect(hillock(['deploy', run, '--if', 'accuracy>=0.3', '--to', join(foreign, 'diary.txt')])).toMatchObject({
      code: 3,
    });
  });

  test('--to serve answers at once', async () => {
    const args = ['bin/hillock.js', 'deploy', run, '--if', 'accuracy>=0.3', '--to', 'serve', '--port', '0', '--json'];
    const service = await listening(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] }));
    expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${service.url}/models`)).text()).toContain('"people"');
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(hillock(['deploy', run, '--if', 'accuracy>=0.999', '--to', 'serve', '--port', '0']).code).toBe(7);
  });

  test('conditions that cannot be', () => {
    const says = (condition: string) => hillock(['deploy', run, '--if', condition, '--to', at('none')]);
    expect(says('accurracy>=0.9')).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean accuracy') });
    expect(says('accuracy>=70')).toMatchObject({ code: 2, stderr: expect.stringContaining("'accuracy>=0.7'") });
    expect(says('logloss>=0.4')).toMatchObject({ code: 2, stderr: expect.stringContaining('better the lower') });
    expect(says('rmse<=1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--if: a binary task has no rmse'),
    });
    expect(says('good')).toMatchObject({ code: 2, stderr: expect.stringContaining("write it like 'accuracy>=0.97'") });
    expect(hillock(['deploy', run, '--to', at('none')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--if is required'),
    });
  });
});

/** A run folder with a model that was never trained, and a report. */
function runWith(name: string, report: ReturnType<typeof exampleReport> | null): string {
  const { spec, parameters } = untrained('binary');
  mkdirSync(at(name));
  writeFileSync(join(at(name), 'model.onnx'), encodeArtifact(spec, parameters, report));
  return at(name);
}

test('without a report nothing can be judged', () => {
  const run = runWith('bare', null);
  expect(hillock(['deploy', run, '--if', 'accuracy>=0', '--to', at('none')])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('no report'),
  });
});

test('a deployment that was broken off is repeated, but not over what a person changed', () => {
  const folder = at('broken off');
  const deployed = (run: string) => hillock(['deploy', run, '--if', 'accuracy>=0', '--to', folder]);
  const [before, after] = [runWith('before', exampleReport()), runWith('after', exampleReport({ source: 'later' }))];
  expect(deployed(before).code).toBe(0);
  const old = readFileSync(join(folder, 'model.onnx'));
  mkdirSync(join(folder, 'after.service'));
  expect(deployed(after)).toMatchObject({ code: 3, stderr: expect.stringContaining('cannot write') });
  expect(Buffer.compare(old, readFileSync(join(folder, 'model.onnx')))).not.toBe(0);
  const left = readdirSync(folder);
  rmSync(join(folder, 'after.service'), { recursive: true });
  const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
  writeFileSync(join(folder, 'Dockerfile'), 'FROM mine\n');
  expect(deployed(after)).toMatchObject({ code: 2, stderr: expect.stringContaining('Dockerfile was changed') });
  writeFileSync(join(folder, 'Dockerfile'), dockerfile);
  expect(deployed(after).code).toBe(0);
  expect(readdirSync(folder)).not.toContain('before.service');
  expect(readdirSync(folder).filter(name => name.startsWith('.'))).toEqual(['.dockerignore']);
  expect(left.filter(name => name.startsWith('.')).sort()).toEqual(['.dockerignore', '.hillock-deploy.json']);
});

test.skipIf(process.platform === 'win32')('what is judged is what is written: the model is read once', () => {
  const file = join(runWith('once', exampleReport()), 'model.onnx');
  const pipe = at('piped.onnx');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  const writer = spawn('sh', ['-c', 'cat "$0" > "$1"', file, pipe]);
  const args = ['bin/hillock.js', 'deploy', pipe, '--if', 'accuracy>=0', '--to', at('piped')];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', timeout: 20_000 });
  writer.kill();
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(Buffer.compare(readFileSync(file), readFileSync(join(at('piped'), 'model.onnx')))).toBe(0);
});

test('a folder needs a port', () => {
  const run = runWith('portless', exampleReport());
  expect(hillock(['deploy', run, '--if', 'accuracy>=0', '--to', at('portless folder'), '--port', '0'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--port 0'),
  });
  expect(existsSync(at('portless folder'))).toBe(false);
});

test('a running service takes up what is deployed over it', async () => {
  const folder = at('live');
  const deployed = (name: string, accuracy: number): void => {
    const { metrics } = exampleReport();
    const run = runWith(name, exampleReport({ metrics: { ...metrics, test: { accuracy } } }));
    expect(hillock(['deploy', run, '--if', 'accuracy>=0.1', '--to', folder]).code).toBe(0);
  };
  deployed('first', 0.5);
  const service = await started(folder);
  const served = async (): Promise<string> => (await fetch(`${service.url}/models`)).text();
  expect(await served()).toContain('"accuracy":0.5}');
  deployed('second', 0.75);
  for (let i = 0; i < 100 && !(await served()).includes('0.75'); i++) await wait(100);
  expect(await served()).toContain('"accuracy":0.75}');
  expect((await smoke(folder, service.url)).stdout).not.toContain('FAILED');
  expect(readdirSync(folder)).not.toContain('first.service');
  service.child.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});

test('names and data that are hostile stay text', () => {
  const report = exampleReport({
    source: 'x\n## Approved <script>alert(1)</script>',
    columns: [{ column: '`|[a](http://evil)', role: 'ignored', reason: 'as\nasked' }],
    warnings: [{ columns: ['<img src=x>'], message: 'tells much' }],
  });
  const run = runWith('evil\nRUN rm -rf "$(x)"', report);
  const folder = at('calm');
  expect(hillock(['deploy', run, '--if', 'accuracy>=0.5', '--to', folder]).code).toBe(0);
  const text = readFileSync(join(folder, 'model-card.md'), 'utf8');
  expect(text.split('\n').filter(line => line.startsWith('## ')).length).toBe(5);
  expect(text).not.toMatch(/(?<!\\)<(script|img)/);
  expect(text).not.toContain('[a](http');
  for (const name of ['Dockerfile', 'package.json'])
    expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/^RUN rm|\$\(x\)/m);
  expect(readdirSync(folder)).toContain('evil-run-rm-rf-x.service');
});

test('images', async () => {
  const run = at('digits');
  expect(hillock(['train', 'demo:digits', '--epochs', '1', '--hidden', '8', '--model', 'mlp', '--out', run]).code).toBe(
    0,
  );
  const folder = at('ready digits');
  expect(hillock(['deploy', run, '--if', 'logloss<=9', '--to', folder]).code).toBe(0);
  expect((await smokeOf(folder)).stdout).not.toContain('FAILED');
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toHaveProperty('dependencies.sharp');
  expect(cardOf(folder).classScores).toHaveLength(10);
});

test('series', async () => {
  const rng = random(5);
  const day = (i: number): string => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10);
  const line = (i: number): string =>
    `${day(i)},${(50 + 10 * Math.sin((i / 7) * 2 * Math.PI) + rng.normal()).toFixed(2)}`;
  const file = work.file('sales.csv', ['date,sales', ...Array.from({ length: 400 }, (_, i) => line(i))].join('\n'));
  const run = at('sales');
  const args = ['--task', 'forecast', '--target', 'sales', '--horizon', '3', '--epochs', '2', '--members', '1'];
  expect(hillock(['train', file, ...args, '--out', run]).code).toBe(0);
  const folder = at('ready sales');
  expect(hillock(['deploy', run, '--if', 'mase<=20', '--to', folder])).toMatchObject({ code: 0 });
  expect((await smokeOf(folder)).stdout).not.toContain('FAILED');
  const { metrics, forecast } = cardOf(folder);
  expect(forecast).toMatchObject({ horizon: 3, coverage: [{ level: 0.95 }, { level: 0.8 }] });
  for (const { interval, value } of metrics) expect(interval!.low).toBeLessThan(value);
  expect(readFileSync(join(folder, 'model-card.md'), 'utf8')).toContain('3 steps ahead');
});
