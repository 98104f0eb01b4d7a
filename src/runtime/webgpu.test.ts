/** The contract and trainings on WebGPU, in a process of its own: a driver may end it, and its libraries are named before it starts. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { root, webgpuEnvironment } from '../../test/swiftshader.case.ts';
import { nodeRuntime } from './node.ts';

interface Told {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

function inItsOwnProcess(env: NodeJS.ProcessEnv): readonly Told[] {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/webgpu.config.ts', '--root', root];
  const { stdout, stderr, signal } = spawnSync(process.execPath, [...args, '--reporter=json'], {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout: 600_000,
  });
  const told = stdout.split('\n').find(line => line.startsWith('{'));
  if (told === undefined)
    throw new Error(`the process of the tests ended (${signal}): ${stdout.slice(-500)}${stderr.slice(-2000)}`);
  const { testResults } = JSON.parse(told) as {
    readonly testResults: readonly { readonly assertionResults: readonly Told[] }[];
  };
  return testResults.flatMap(file => file.assertionResults);
}

const found = webgpuEnvironment();
// Without a driver; the title tells which.
if ('reason' in found) test.skip(`the contract on WebGPU (${found.reason})`, () => undefined);
else
  describe('WebGPU', () => {
    const told = inItsOwnProcess(found.env);
    for (const { title, status, failureMessages } of told) {
      const ran = status === 'passed' || status === 'failed';
      // What the contract left out there is left out here; its title tells the reason.
      (ran ? test : test.skip)(title, () =>
        expect({ status, failureMessages }).toEqual({ status: 'passed', failureMessages: [] }),
      );
    }
    test('all of it ran', () => expect(told.length).toBeGreaterThan(24));
  });

test('CUDA that is not there is refused with what was found and what to do', async () => {
  const error = await nodeRuntime({ device: 'cuda' }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return;
  expect(error).toMatchObject({
    kind: 'device',
    message: expect.stringMatching(/^cuda is not available: /),
    hint: expect.stringContaining('npm rebuild onnxruntime-node'),
  });
});
