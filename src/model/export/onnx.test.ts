/** The model file as a person sees it in a viewer, and as a runtime of another kind runs it. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { temporaryFiles } from '../../data/testing.case.ts';
import {
  batchNorm,
  conv2d,
  dense,
  flatten,
  gru,
  type LayerSpec,
  layerNorm,
  reshape,
  residual,
} from '../../nn/index.ts';
import { decodeProgram } from '../../onnx/index.ts';
import { random } from '../../random.ts';
import { mixedTable } from '../testing.case.ts';
import { onnxFormat } from './onnx.ts';
import { cellsOf, distance, modelOf, truthOf, unitOf } from './testing.case.ts';

const table = mixedTable(80, random('onnx'));
const rows = Array.from({ length: table.rows }, (_, row) => row);
const file = temporaryFiles();

const networks: readonly (readonly [string, readonly LayerSpec[], { members?: number }])[] = [
  ['dense layers', [dense(6, 'silu'), batchNorm(), residual([dense(6, 'gelu'), layerNorm()], 'relu')], {}],
  ['an ensemble', [dense(6, 'mish'), dense(4, 'selu')], { members: 3 }],
  ['convolutions', [dense(24), reshape([2, 3, 4]), conv2d(3, 2, 'relu'), flatten()], {}],
  ['recurrent layers', [dense(12), reshape([4, 3]), gru(3)], {}],
];

test.each(networks)('%s: every node and value says what it is a part of', (_, hidden, options) => {
  const [written] = onnxFormat.write(modelOf(table, 'y', hidden, options));
  const { nodes, tensors } = decodeProgram(written!.data as Uint8Array);
  const blocks = ['scale', 'log', 'sign', 'cycle', 'missing', 'bins', 'values', 'words', 'encoded', 'prediction'];
  const layer = /^[a-z][a-z\d-]*\d\.[\w.-]+$/;
  for (const { name, opType, outputs } of nodes) {
    const [place = '', own = ''] = name.split('/') as [string?, string?];
    const owner = place === opType ? own : place;
    expect(blocks.includes(owner) || layer.test(owner), name).toBe(true);
    for (const output of outputs) expect(output, name).toMatch(/[a-z]/);
  }
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(nodes.length);
  for (const name of tensors.keys()) expect(name).not.toMatch(/^(constant|%|[A-Z]\w*:)/);
});

/** A python3 that has the package onnx, whose reference evaluator is plain NumPy. */
const python = [process.env.HILLOCK_PYTHON, 'python3', '/usr/bin/python3'].find(
  command => command !== undefined && spawnSync(command, ['-c', 'import onnx'], { timeout: 60_000 }).status === 0,
);
const whyNoOnnx = 'skipped: there is no python3 with the package onnx (HILLOCK_PYTHON names one)';

const script = `
import json, sys
import numpy as np, onnx
from onnx.reference import ReferenceEvaluator
for path, columns in json.load(open(sys.argv[1])):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    feeds = {}
    for value in model.graph.input:
        cells = columns[value.name]
        text = value.type.tensor_type.elem_type == onnx.TensorProto.STRING
        made = ["" if c is None else c for c in cells] if text else [np.nan if c is None else c for c in cells]
        feeds[value.name] = np.array(made, dtype=object if text else np.float32).reshape(-1, 1)
    print(json.dumps(ReferenceEvaluator(model).run(None, feeds)[-1].tolist()))
`;

describe.skipIf(python === undefined)('the reference evaluator of ONNX', () => {
  test('accepts the file and says what ONNX Runtime says, to 1e-5', async () => {
    const models = networks
      .filter(([name]) => name !== 'recurrent layers')
      .map(([, hidden, options]) => modelOf(table, 'y', hidden, options));
    const cells = cellsOf(table, rows);
    const columns = Object.fromEntries(table.columns.map(({ name }) => [name, cells.map(row => row[name])]));
    const list = await Promise.all(
      models.map(async (model, i) => [await file(`case${i}.onnx`, onnxFormat.write(model)[0]!.data), columns]),
    );
    const run = [await file('run.py', script), await file('cases.json', JSON.stringify(list))];
    const { stdout, stderr } = spawnSync(python!, run, { encoding: 'utf8', maxBuffer: 2 ** 28 });
    const said = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as number[][]);
    expect(said.length, stderr).toBe(models.length);
    for (const [i, model] of models.entries())
      expect(distance(said[i]!, await truthOf(model, table, rows), unitOf(model))).toBeLessThan(1e-5);
  });
});

test.runIf(python === undefined)(whyNoOnnx, () => {});
