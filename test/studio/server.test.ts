/** The routes of the studio, against the server that `hillock studio` starts. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import type {
  CardAnswer,
  DataReport,
  DeployAnswer,
  EndpointState,
  ExportCheck,
  ExportOffer,
  HealthAnswer,
  Problem,
  RowsAnswer,
  RunDetail,
  RunRow,
  Signature,
  SourceEntry,
  SystemInfo,
} from 'hillock/studio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveOf } from '../../studio/src/api/folder.ts';
import { hillock } from '../cli/hillock.ts';
import { eventsOf, type RunningStudio, startStudio } from './studio.ts';

let studio: RunningStudio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.close());

const people = `name,age,city,joined,member\n${Array.from({ length: 60 }, (_, i) => {
  const age = 20 + ((i * 7) % 50);
  return `p${i},${i % 9 === 0 ? '' : age},${['Bern', 'Rome', 'Oslo'][i % 3]},2024-01-${String(1 + (i % 28)).padStart(2, '0')},${age > 40 ? 'yes' : 'no'}`;
}).join('\n')}\n`;

/** A request with headers that `fetch` sets itself. */
const raw = (path: string, headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    request(`${studio.url}${path}`, { method, headers }, response => {
      response.resume();
      resolve(response.statusCode!);
    })
      .on('error', reject)
      .end();
  });

describe('who may ask', () => {
  test.each([
    ['another host', { host: 'evil.example' }, 403],
    ['a name that begins like ours', { host: 'localhost.evil.example' }, 403],
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['a picture on another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['the page itself', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
    ['a program', {}, 200],
  ])('%s', async (_, headers, status) => {
    expect(await raw('/api/runs', headers)).toBe(status);
  });

  test('a path does not lead out of the app or the runs', async () => {
    expect(await raw('/..%2f..%2fpackage.json', {})).toBe(404);
    expect(await raw('/%', {})).toBe(400);
    expect((await studio.ask('/api/runs/..%2f..', undefined)).status).toBe(422);
    expect((await studio.ask('/api/runs/..%2fx', undefined, 'DELETE')).status).toBe(400);
    expect((await studio.ask('/api/runs/.studio', undefined, 'DELETE')).status).toBe(400);
    expect((await studio.ask('/api/none', undefined)).status).toBe(404);
    expect((await studio.ask('/api/runs', {}, 'POST')).status).toBe(405);
  });
});

test('the options of a training are those of the command', async () => {
  const { body } = await studio.ask<SystemInfo>('/api/system');
  const field = (name: string) => body.trainFields.find(one => one.name === name);
  expect(field('dropout')).toMatchObject({ flag: '--dropout', kind: 'number', min: 0, max: 0.95 });
  expect(field('schedule')!.choices).toContain('one-cycle');
  expect(field('out')).toBeUndefined();
});

describe('data', () => {
  test('a file that is sent is told about, row by row and column by column', async () => {
    const sent = await studio.ask<{ source: string; report: DataReport }>('/api/data?name=people.csv', people);
    expect(sent.status).toBe(201);
    const { source } = sent.body;
    expect(readFileSync(join(studio.folder, source), 'utf8')).toBe(people);
    const { body } = await studio.ask<DataReport & { kind: 'table' }>(
      `/api/data/${encodeURIComponent(source)}?target=member`,
    );
    expect(body).toMatchObject({ kind: 'table', rows: 60, target: 'member', problem: null });
    const column = (name: string) => body.columns.find(one => one.column === name)!;
    expect(column('age').missing).toBeCloseTo(7 / 60, 12);
    expect(column('age').histogram.reduce((sum, bin) => sum + bin.rows, 0)).toBe(53);
    expect(column('city').words).toEqual(['Bern', 'Rome', 'Oslo'].map(level => ({ level, rows: 20 })));
    expect(column('member').role).toBe('target');
    const rows = await studio.ask<RowsAnswer>(`/api/data/${encodeURIComponent(source)}/rows?from=58&count=10`);
    expect(rows.body).toMatchObject({ total: 60, names: ['name', 'age', 'city', 'joined', 'member'] });
    expect(rows.body.rows.map(([name]) => name)).toEqual(['p58', 'p59']);
    const listed = await studio.ask<{ sources: { source: string }[] }>('/api/data');
    expect(listed.body.sources.map(one => one.source)).toEqual(expect.arrayContaining([source, 'demo:digits']));
    await studio.ask('/api/data?name=people.csv', people);
    const twice = (await studio.ask<{ sources: SourceEntry[] }>('/api/data')).body.sources;
    const titles = twice.filter(({ from }) => from === 'upload').map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toEqual(expect.arrayContaining(['people.csv', 'people.csv (2)']));
    const of = (path: string): string => `/api/data/${encodeURIComponent(path)}`;
    for (const path of ['../x', 'runs', 'demo:digits', 'runs/.studio/data'])
      expect((await studio.ask(of(path), undefined, 'DELETE')).status, path).toBe(400);
    expect((await studio.ask(of(source), undefined, 'DELETE')).status).toBe(200);
    expect(existsSync(join(studio.folder, source))).toBe(false);
  });

  test('a folder without pictures is refused and leaves nothing; what leads out of it is not written', async () => {
    const archive = async (path: string): Promise<string> =>
      new TextDecoder('latin1').decode(await archiveOf([{ path, file: new File(['a'], 'a') }]).arrayBuffer());
    for (const path of ['../../out.png', 'cats/../../../out.png', '/.hidden/a.png', 'notes.md']) {
      const sent = await studio.ask<Problem>('/api/data?folder=pictures', await archive(path));
      expect([path, sent.status]).toEqual([path, 422]);
    }
    expect((await studio.ask<Problem>('/api/data?folder=pictures', 'no archive')).status).toBe(422);
    const left = readdirSync(join(studio.folder, 'runs'), { recursive: true, encoding: 'utf8' });
    expect(left.filter(name => /out\.png|notes\.md/.test(name))).toEqual([]);
  });

  test('of the working folder what can be trained on is offered, and no pictures without classes', async () => {
    const write = (path: string): void => {
      mkdirSync(dirname(join(studio.folder, path)), { recursive: true });
      writeFileSync(join(studio.folder, path), 'a,b\n1,2\n');
    };
    for (const path of [
      'docs/a.png',
      'docs/b.md',
      'pets/cat/a.png',
      'pets/dog/a.png',
      'tables/t.csv',
      'tables/tsconfig.json',
    ])
      write(path);
    const { sources } = (await studio.ask<{ sources: SourceEntry[] }>('/api/data')).body;
    const offered = sources.filter(({ from }) => from === 'folder').map(({ source }) => source);
    expect(offered).toEqual(expect.arrayContaining(['pets', 'tables/t.csv']));
    expect(offered).not.toEqual(expect.arrayContaining(['docs']));
    expect(offered).not.toEqual(expect.arrayContaining(['tables/tsconfig.json']));
  });

  test('a broken file is refused with its line and leaves nothing', async () => {
    const before = await studio.ask<{ sources: object[] }>('/api/data');
    const sent = await studio.ask<Problem>('/api/data?name=broken.csv', 'a,b\n1,2\n3,"4\n5,6\n');
    expect(sent.status).toBe(422);
    expect(sent.body.detail).toMatch(/^broken\.csv: .* line 3 /);
    expect(sent.body.hint).toContain('close it');
    const after = await studio.ask<{ sources: object[] }>('/api/data');
    expect(after.body.sources).toHaveLength(before.body.sources.length);
  });

  test('images are told by class', async () => {
    const { body } = await studio.ask<DataReport & { kind: 'images' }>('/api/data/demo%3Adigits');
    expect(body.classes.map(({ name }) => name)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    const rows = await studio.ask<RowsAnswer>('/api/data/demo%3Adigits/rows?count=2');
    expect(rows.body.images[0]!.pixels).toHaveLength(144);
  });
});

describe('training', () => {
  const options = { target: 'class', epochs: 6, hidden: [8], members: 1, seed: 3 };

  test('a plan tells the network layer by layer and trains nothing', async () => {
    const { body } = await studio.ask<{ inputs: number; layers: { parameters: number; layers: { name: string }[] } }>(
      '/api/plan',
      {
        source: 'demo:spiral',
        options: { target: 'class', members: 1 },
        layers: [{ kind: 'dense', units: 5, activation: 'tanh' }],
      },
    );
    expect(body.layers.layers.map(({ name }) => name)).toEqual(['dense1', 'dense2']);
    expect(body.layers.parameters).toBe(body.inputs * 5 + 5 + 5 * 3 + 3);
    const wrong = await studio.ask<Problem>('/api/plan', { source: 'demo:spiral', options: { epoch: 3 } });
    expect(wrong.body).toMatchObject({ kind: 'usage', hint: 'did you mean epochs?' });
  });

  test('a run is the one that the command line makes, and its events are told again', async () => {
    const { body, status } = await studio.ask<{ id: string }>('/api/train', { source: 'demo:spiral', options });
    expect(status).toBe(201);
    const told = await eventsOf(studio, body.id);
    expect(told.map(({ event }) => event)).toEqual(expect.arrayContaining(['data', 'start', 'epoch', 'result', 'end']));
    const epochs = told.filter(({ event }) => event === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6]);
    const rest = await eventsOf(studio, body.id, { after: epochs[3]!.id });
    expect(rest.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch)).toEqual([5, 6]);

    const own = ['demo:spiral', '--target', 'class', '--epochs', '6', '--hidden', '8', '--members', '1', '--seed', '3'];
    hillock(['train', ...own, '--out', join(studio.folder, 'runs/by-hand'), '--json']);
    const [mine, other] = await Promise.all(
      [body.id, 'by-hand'].map(id => studio.ask<RunDetail>(`/api/runs/${id}`).then(answer => answer.body)),
    );
    expect(mine!.report!.metrics).toEqual(other!.report!.metrics);
    expect(mine!.history.map(({ loss }) => loss)).toEqual(other!.history.map(({ loss }) => loss));
    expect(mine!.asked).toMatchObject({ source: 'demo:spiral', options });
    const listed = await studio.ask<{ runs: RunRow[] }>('/api/runs');
    expect(listed.body.runs.map(({ id, state }) => [id, state])).toEqual(
      expect.arrayContaining([
        [body.id, 'finished'],
        ['by-hand', 'finished'],
      ]),
    );
    const later = await eventsOf(studio, 'by-hand');
    expect(later.map(({ event }) => event)).toEqual([...new Array(6).fill('epoch'), 'result', 'end']);

    const signature = await studio.ask<Signature>(`/api/runs/${body.id}/signature`);
    expect(signature.body).toMatchObject({ target: 'class', classes: ['blue', 'green', 'red'] });
    const row = { x: 0.3, y: -0.4 };
    const predicted = await studio.ask<{ probabilities: Record<string, number> }>(`/api/runs/${body.id}/predict`, row);
    const sum = Object.values(predicted.body.probabilities).reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1, 5);
    const explained = await studio.ask<{ explanation: { contributions: object[] } }>(
      `/api/runs/${body.id}/explain`,
      row,
    );
    expect(explained.body.explanation.contributions).toHaveLength(2);

    const gone = await studio.ask(`/api/runs/by-hand`, undefined, 'DELETE');
    expect(gone.status).toBe(200);
    expect(existsSync(join(studio.folder, 'runs/by-hand'))).toBe(false);
  });

  test('a training is stopped, goes on to the same end, and outlives the studio', async () => {
    const long = { source: 'demo:spiral', options: { ...options, epochs: 400 } };
    const { body } = await studio.ask<{ id: string }>('/api/train', long);
    const begun = await eventsOf(studio, body.id, {
      enough: told => told.filter(({ event }) => event === 'epoch').length >= 5,
    });
    expect(begun.some(({ event }) => event === 'end')).toBe(false);
    expect((await studio.ask(`/api/runs/${body.id}`, undefined, 'DELETE')).status).toBe(400);
    expect((await studio.ask(`/api/runs/${body.id}/stop`, {})).status).toBe(200);
    const stopped = await eventsOf(studio, body.id);
    expect(stopped.at(-2)).toMatchObject({ event: 'error', kind: 'interrupted' });
    expect((await studio.ask<RunDetail>(`/api/runs/${body.id}`)).body.state).toBe('interrupted');

    expect((await studio.ask(`/api/runs/${body.id}/resume`, {})).status).toBe(200);
    expect((await studio.ask<RunDetail>(`/api/runs/${body.id}`)).body.state, 'before its lock is there').toBe(
      'training',
    );
    await eventsOf(studio, body.id, { after: stopped.at(-1)!.id, enough: told => told.length > 3 });
    await studio.close();
    studio = await startStudio(studio.folder);
    const told = await eventsOf(studio, body.id);
    const epochs = new Set(told.filter(({ event }) => event === 'epoch').map(({ epoch }) => epoch));
    expect(epochs.size).toBe(400);
    expect(told.at(-2)!.event).toBe('result');
  });

  test('what cannot be trained on says why', async () => {
    const { body } = await studio.ask<{ id: string }>('/api/train', {
      source: 'nothing.csv',
      options: { target: 'y' },
    });
    const told = await eventsOf(studio, body.id);
    expect(told.at(-2)).toMatchObject({ event: 'error', kind: 'data', message: 'there is no file nothing.csv' });
    const detail = await studio.ask<RunDetail>(`/api/runs/${body.id}`);
    expect(detail.body.failure).toMatchObject({ kind: 'data', message: 'there is no file nothing.csv' });
  });
});

describe('a trained run leaves', () => {
  let id: string;
  beforeAll(async () => {
    const options = { target: 'member', epochs: 20, members: 1, hidden: [8] };
    await studio.ask('/api/data?name=people.csv', people);
    const { body } = await studio.ask<{ sources: { source: string }[] }>('/api/data');
    const { source } = body.sources.find(one => one.source.endsWith('people.csv'))!;
    id = (await studio.ask<{ id: string }>('/api/train', { source, options })).body.id;
    await eventsOf(studio, id);
  });

  test('as files that say what the model says', async () => {
    const { body } = await studio.ask<{ formats: ExportOffer[] }>(`/api/runs/${id}/export`);
    expect(body.formats.map(({ format }) => format)).toEqual(expect.arrayContaining(['onnx', 'typescript', 'torch']));
    for (const { format, files } of body.formats) {
      for (const { extension, bytes } of files) {
        const response = await fetch(`${studio.url}/api/runs/${id}/export/${format}?file=${extension}`);
        expect(response.headers.get('content-disposition')).toContain(extension);
        expect((await response.arrayBuffer()).byteLength).toBe(bytes);
      }
    }
    const { checks } = (await studio.ask<{ checks: ExportCheck[] }>(`/api/runs/${id}/check`, {})).body;
    expect(checks.map(({ format, rows }) => [format, rows])).toEqual([
      ['onnx', 64],
      ['javascript', 64],
    ]);
    for (const { largestDifference } of checks) expect(largestDifference).toBeLessThan(1e-4);
  });

  test('a word on its neurons', async () => {
    const { body } = await studio.ask<HealthAnswer>(`/api/runs/${id}/health`);
    expect(body.layers.map(({ layer, neurons }) => [layer, neurons])).toEqual([
      ['dense1', 8],
      ['dense2', 1],
    ]);
    for (const { summary, idle } of body.layers) {
      expect(summary).not.toBe('');
      expect(idle).toBeGreaterThanOrEqual(0);
    }
  });

  test('as an endpoint that counts what it answers', async () => {
    const started = await studio.ask<EndpointState>(`/api/runs/${id}/serve`, {});
    const { url } = started.body.endpoint!;
    const row = { age: 60, city: 'Bern', joined: '2024-01-05' };
    const body = JSON.stringify(row);
    const answers = await Promise.all(
      [1, 2, 3].map(() => fetch(`${url}/predict`, { method: 'POST', body }).then(answer => answer.json())),
    );
    expect(answers[0]).toEqual((await studio.ask(`/api/runs/${id}/predict`, row)).body);
    await fetch(`${url}/predict`, { method: 'POST', body: '{' });
    const { body: state } = await studio.ask<EndpointState>(`/api/runs/${id}/serve`);
    expect(state).toMatchObject({ requests: 4, refused: 1 });
    expect(state.p99).toBeGreaterThanOrEqual(state.p50!);
    const stopped = await studio.ask<EndpointState>(`/api/runs/${id}/serve`, undefined, 'DELETE');
    expect(stopped.body.endpoint).toBeNull();
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('a card, and a folder if it is good enough', async () => {
    const { card, text } = (await studio.ask<CardAnswer>(`/api/runs/${id}/card`)).body;
    expect(card).toMatchObject({ name: id, target: 'member', task: 'binary' });
    expect(text).toContain(card.model.sha256);
    const bad = await studio.ask<DeployAnswer>(`/api/runs/${id}/deploy`, { to: 'out', conditions: ['logloss<=0'] });
    expect(bad.body).toMatchObject({ deployed: false, gate: { passed: false } });
    const good = await studio.ask<DeployAnswer>(`/api/runs/${id}/deploy`, { to: 'out', conditions: ['accuracy>=0'] });
    expect(good.body).toMatchObject({ deployed: true });
    expect(existsSync(join(studio.folder, 'out/model-card.md'))).toBe(true);
    const wrong = await studio.ask<Problem>(`/api/runs/${id}/deploy`, { conditions: [] });
    expect(wrong).toMatchObject({ status: 400, body: { kind: 'usage' } });
  });
});
