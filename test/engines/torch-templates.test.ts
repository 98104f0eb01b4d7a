/** The files that start a job on a cluster, read by the programs that will read them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type JobPlace, writeTemplates } from '../../src/engines/torch/cluster/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'hillock-torch-templates-'));
afterAll(() => rmSync(folder, { recursive: true }));

const places: readonly JobPlace[] = [
  { name: 'salary', nodes: 1, nproc: 1, gpus: false },
  { name: 'Löhne: "2026" #1 \'a\' $HOME', nodes: 4, nproc: 8, gpus: true },
];

const says = (command: string, ...words: string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8' });
  return status === 0 ? stdout : `${command}: ${status} ${stderr}`;
};

const toJson = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))';
const python = ['python3', '/usr/bin/python3'].find(command => spawnSync(command, ['-c', 'import yaml']).status === 0);

describe.each(places)('$name', place => {
  test('shells and Python read them', async () => {
    await writeTemplates(folder, place);
    for (const name of ['slurm.sh', 'ssh.sh']) expect(says('bash', '-n', join(folder, name))).toBe('');
    expect(says('sh', '-n', join(folder, 'ssh.sh'))).toBe('');
    const parse = 'import ast, sys; ast.parse(open(sys.argv[1]).read())';
    expect(says('python3', '-c', parse, join(folder, 'ray_job.py'))).toBe('');
  });

  test.skipIf(python === undefined)('a YAML parser reads the TrainJob', async () => {
    await writeTemplates(folder, place);
    const job = JSON.parse(says(python!, '-c', toJson, join(folder, 'trainjob.yaml')));
    expect(job).toMatchObject({
      apiVersion: 'trainer.kubeflow.org/v1alpha1',
      kind: 'TrainJob',
      metadata: { name: expect.stringMatching(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/) },
      spec: {
        runtimeRef: { name: 'torch-distributed' },
        trainer: {
          numNodes: place.nodes,
          numProcPerNode: place.nproc,
          command: ['torchrun', '/job/train.py'],
          env: [{ name: 'OMP_NUM_THREADS', value: '1' }],
          resourcesPerNode: place.gpus
            ? { limits: { 'nvidia.com/gpu': String(place.nproc) } }
            : { requests: { cpu: String(place.nproc) } },
        },
        podTemplateOverrides: [
          {
            targetJobs: [{ name: 'node' }],
            spec: {
              volumes: [{ name: 'job', persistentVolumeClaim: { claimName: job.metadata.name } }],
              containers: [{ name: 'node', volumeMounts: [{ name: 'job', mountPath: '/job' }] }],
            },
          },
        ],
      },
    });
  });
});

test.runIf(python === undefined)('skipped: there is no python3 with yaml', () => {});
