/** The files that start a job on a cluster, read by the programs that will read them. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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

/** Hosts that end with 3 a while after out/stop is there. */
const host = `#!/bin/sh
echo begun >> out/hosts
while [ ! -e out/stop ]; do sleep 0.05; done
sleep 0.5
echo ended >> out/hosts
exit 3
`;

test('Ctrl-C of ssh.sh waits until every host has ended, and a stop of before ends none', {
  timeout: 60_000,
}, async () => {
  await writeTemplates(folder, places[0]!);
  const [bin, out] = [join(folder, 'bin'), join(folder, 'out')];
  for (const made of [bin, out]) mkdirSync(made);
  writeFileSync(join(bin, 'ssh'), host);
  chmodSync(join(bin, 'ssh'), 0o755);
  writeFileSync(join(out, 'stop'), '');
  const told = (): readonly string[] =>
    existsSync(join(out, 'hosts')) ? readFileSync(join(out, 'hosts'), 'utf8').trim().split('\n') : [];
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
  const child = spawn('sh', ['ssh.sh', 'a', 'b'], { cwd: folder, env, stdio: 'ignore' });
  const ended = new Promise(resolve => child.once('exit', resolve));
  while (told().length < 2) await setTimeout(20);
  await setTimeout(700);
  child.kill('SIGINT');
  expect(await ended).toBe(3);
  expect(told()).toEqual(['begun', 'begun', 'ended', 'ended']);
});

test.runIf(python === undefined)('skipped: there is no python3 with yaml', () => {});
