/** The checks of `npm run check` find what is planted for them, and nothing in this repository. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const scripts = fileURLToPath(new URL('../scripts/', import.meta.url));
const made: string[] = [];

function check(
  script: 'layers' | 'hygiene',
  files?: Readonly<Record<string, string>>,
): { code: number | null; said: string } {
  const root = files && mkdtempSync(join(tmpdir(), 'hillock-check-'));
  if (root) made.push(root);
  for (const [name, text] of Object.entries(files ?? {})) {
    mkdirSync(dirname(join(root!, name)), { recursive: true });
    writeFileSync(join(root!, name), text);
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(scripts, `${script}.mjs`), ...(root ? [root] : [])],
    {
      encoding: 'utf8',
    },
  );
  return { code: status, said: stderr + stdout };
}

afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true });
});

const house = {
  'src/errors.ts': 'export class HillockError extends Error {}\n',
  'src/errors.test.ts': "import './ops/index.ts';\n",
  'src/graph/index.ts': "import { HillockError } from '../errors.ts';\nexport const g = HillockError;\n",
  'src/ops/index.ts': "export { g } from '../graph/index.ts';\n",
  'src/nn/dense.ts': "import type { g } from '../ops/index.ts';\nexport type D = typeof g;\n",
  'src/train/fit.ts': "import type { R } from '../runtime/runtime.ts';\nexport type F = R;\n",
  'src/runtime/runtime.ts': "import type { g } from '../graph/index.ts';\nexport type R = typeof g;\n",
  'src/runtime/ort.ts': "import type { Tensor } from 'onnxruntime-common';\nexport type T = Tensor;\n",
  'src/runtime/node.ts':
    "import { type T } from './ort.ts';\nexport const ort = (): Promise<T> => import('onnxruntime-node') as never;\n",
  'src/ops/ops.test.ts': "import '../runtime/node.ts';\n",
  'examples/one.ts': "import { g } from 'hillock';\nexport { g };\n",
};

/** A page that takes from a room what is portable of it. */
const page = {
  'src/data/index.ts': "export { plain } from './plain.ts';\nexport { type F, read } from './files.ts';\n",
  'src/data/plain.ts': 'export const plain = 1;\n',
  'src/data/files.ts': "import { open } from 'node:fs';\nexport type F = string;\nexport const read = open;\n",
  'src/web/index.ts':
    "import { type F, plain } from '../data/index.ts';\nexport const both = [plain] as (number | F)[];\n",
};

describe('layers', () => {
  test('a page may load what is portable of a room with files', () => {
    expect(check('layers', { ...house, ...page })).toMatchObject({ code: 0 });
  });

  test('this repository keeps its order', () => {
    expect(check('layers')).toMatchObject({ code: 0, said: expect.stringMatching(/, 0 problems/) });
  });

  test('a small house in order passes', () => {
    expect(check('layers', house)).toMatchObject({ code: 0 });
  });

  const planted: readonly (readonly [string, Record<string, string>, RegExp])[] = [
    ['an import upwards', { 'src/ops/index.ts': "import '../nn/dense.ts';\n" }, /ops may not import nn/],
    ['an import sideways', { 'src/optim/sgd.ts': "import '../nn/dense.ts';\n" }, /optim may not import nn/],
    [
      'a type imported upwards',
      { 'src/graph/index.ts': "import type { D } from '../nn/dense.ts';\nexport type G = D;\n" },
      /graph may not import nn/,
    ],
    [
      'a re-export upwards',
      { 'src/graph/index.ts': "export {\n  type D,\n} from '../nn/dense.ts';\n" },
      /graph may not import nn/,
    ],
    [
      'a dynamic import upwards',
      { 'src/graph/index.ts': "export const n = () => import('../nn/dense.ts');\n" },
      /graph may not import nn/,
    ],
    [
      'training that knows a concrete runtime',
      { 'src/train/fit.ts': "import '../runtime/node.ts';\n" },
      /train may not import runtime/,
    ],
    [
      'the interface importing an implementation',
      { 'src/runtime/runtime.ts': "import './ort.ts';\n" },
      /runtime may not import runtime\/ort/,
    ],
    [
      'a second importer of onnxruntime-node',
      { 'src/serve/http.ts': "import 'onnxruntime-node';\n" },
      /only src\/runtime\/node.ts imports onnxruntime-node/,
    ],
    [
      'a second importer of onnxruntime-web',
      { 'src/runtime/node.ts': "import 'onnxruntime-web/webgpu';\n" },
      /only src\/runtime\/wasm-node.ts and src\/runtime\/wasm-page.ts import onnxruntime-web/,
    ],
    [
      'a value of Node that a page would load, through a file that hands it on',
      {
        ...page,
        'src/web/index.ts': "import { plain, read } from '../data/index.ts';\nexport const both = [plain, read];\n",
      },
      /a page would load node:fs: web\/index.ts → data\/index.ts → data\/files.ts/,
    ],
    [
      'onnxruntime-common for more than types',
      { 'src/runtime/ort.ts': "import { Tensor } from 'onnxruntime-common';\nexport const T = Tensor;\n" },
      /only src\/runtime\/ort.ts imports the types of onnxruntime-common/,
    ],
    [
      'a cycle inside a unit',
      { 'src/ops/a.ts': "import './b.ts';\n", 'src/ops/b.ts': "import './a.ts';\n" },
      /a cycle: ops\/a.ts → ops\/b.ts → ops\/a.ts/,
    ],
    [
      'an unknown folder',
      { 'src/helpers/misc.ts': 'export const a = 1;\n' },
      /src\/helpers\/misc.ts: this place is unknown/,
    ],
    ['source that imports a test', { 'src/nn/dense.ts': "import '../ops/ops.test.ts';\n" }, /imports the test/],
    ['source that leaves src', { 'src/nn/dense.ts': "import '../../examples/one.ts';\n" }, /outside src/],
    ['the package by its own name', { 'src/cli/main.ts': "import 'hillock';\n" }, /inside src, import the file/],
    [
      'an example that reaches into src',
      { 'examples/two.ts': "import '../src/graph/index.ts';\n" },
      /use the package's public names/,
    ],
  ];
  test.each(planted)('%s is found', (_, files, message) => {
    expect(check('layers', { ...house, ...files })).toMatchObject({ code: 1, said: expect.stringMatching(message) });
  });

  test('comments and texts are no imports', () => {
    const text =
      "// import '../nn/dense.ts';\n/* import '../nn/dense.ts'; */\nexport const t = `\nimport '../nn/dense.ts';\n`;\n";
    expect(check('layers', { ...house, 'src/graph/index.ts': text })).toMatchObject({ code: 0 });
  });
});

describe('hygiene', () => {
  test('this repository is clean', () => {
    expect(check('hygiene')).toMatchObject({ code: 0 });
  });

  const focused = ['test', 'only'].join('.');
  const note = ['TO', 'DO'].join('');
  test.each([
    ['a note to oneself', `// ${note}: later\n`],
    ['a focused test', `${focused}('x', () => {});\n`],
    ['a debugger statement', '  debugger;\n'],
    ['a merge conflict', `${'<'.repeat(7)} HEAD\n`],
    ['a silenced type error without a reason', `// @ts-${'ignore'}\n`],
  ])('%s is found', (rule, text) => {
    expect(check('hygiene', { 'src/a.test.ts': text })).toMatchObject({
      code: 1,
      said: expect.stringContaining(`src/a.test.ts:1: ${rule}`),
    });
  });
});
