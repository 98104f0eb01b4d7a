import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { commandReference } from '../../src/cli/reference.ts';
import { hillock, root } from './hillock.ts';

describe('every command', () => {
  test.each(commands.map(entry => [entry.name, entry] as const))(
    '%s prints its help and its examples name it',
    async (name, entry) => {
      const { code, stdout } = hillock(['help', name]);
      expect(code).toBe(0);
      expect(stdout.replace(/\s+/g, ' ')).toContain(entry.summary);
      const { examples } = await entry.load();
      expect(examples.length).toBeGreaterThan(0);
      for (const { line } of examples) expect(line).toContain(`hillock ${name}`);
      expect(entry.summary).not.toMatch(/\.$/);
    },
  );

  test('is in the reference', async () => {
    const reference = await commandReference(commands);
    for (const { name } of commands) expect(reference).toContain(`## hillock ${name}`);
    expect(reference).toContain('| `--weights LIST` | one weight per input, separated by commas (required) |');
  });
});

describe('hillock', () => {
  test('alone prints its help', () => {
    const { code, stdout } = hillock([]);
    expect(code).toBe(0);
    for (const { name } of commands) expect(stdout).toContain(`  ${name}`);
  });

  test('prints its version', () => {
    expect(hillock(['--version']).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('refuses an unknown command, in words and as an event', () => {
    const { code, stderr, events } = hillock(['nueron', '--json']);
    expect(code).toBe(2);
    expect(stderr).toBe("error: unknown command 'nueron'\n  hint: did you mean neuron?\n");
    expect(events).toEqual([
      { event: 'error', kind: 'usage', message: "unknown command 'nueron'", hint: 'did you mean neuron?' },
    ]);
  });

  test('shows a stack trace only to those who ask for it', () => {
    expect(hillock(['nueron']).stderr).not.toContain('    at ');
    expect(hillock(['nueron'], { HILLOCK_DEBUG: '1' }).stderr).toContain('    at ');
  });

  test('has colour only where it is wanted', () => {
    expect(hillock(['--help']).stdout).not.toContain('\x1b[');
    expect(hillock(['--help'], { FORCE_COLOR: '1' }).stdout).toContain('\x1b[');
    expect(hillock(['--help'], { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\x1b[');
  });

  test('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, ['bin/hillock.js', '--help'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', chunk => {
      stderr += String(chunk);
    });
    const code = await new Promise(resolve => child.once('close', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('hillock doctor', () => {
  test('finds the runtimes that are installed', () => {
    const { code, events } = hillock(['doctor', '--json']);
    expect(code).toBe(0);
    const [{ checks, ok }] = events as [
      { checks: { name: string; ok: boolean; found: string; advice: string | null }[]; ok: boolean },
    ];
    expect(ok).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual([
      'hillock',
      'Node',
      'platform',
      'cores',
      'memory',
      'disk',
      'cache',
      'onnxruntime-node',
      'onnxruntime-web',
      'cpu',
      'wasm',
      'webgpu',
      'cuda',
      'DuckDB',
      'sharp',
      'PyTorch',
      'Chromium',
      'terminal',
    ]);
    for (const device of ['cpu', 'wasm'])
      expect(checks.find(({ name }) => name === device)).toMatchObject({
        ok: true,
        found: expect.stringMatching(/tried in \d+ ms$/),
      });
    for (const { name, ok, advice } of checks)
      expect({ name, advised: Boolean(advice) }).toEqual({ name, advised: !ok });
    expect(checks.find(({ name }) => name === 'onnxruntime-web')!.found).toMatch(/^\d+\.\d+\.\d+, wasm$/);
  });

  test('a cache that cannot be written, a Python that is not there: what was found and what to do', () => {
    const env = {
      HILLOCK_CACHE: '/dev/null/cache',
      HILLOCK_TORCH_PYTHON: '/nowhere/python',
      CHROME_PATH: '/nowhere/chromium',
    };
    const { code, stdout } = hillock(['doctor'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/missing {2}cache +\/dev\/null\/cache cannot be written \(ENOTDIR\)\n.*HILLOCK_CACHE/);
    expect(stdout).toMatch(/missing {2}PyTorch +.*\/nowhere\/python: not there\n.*HILLOCK_TORCH_PYTHON/);
    expect(stdout).toMatch(/missing {2}Chromium +none at \/nowhere\/chromium\n.*CHROME_PATH/);
  });

  test('without any runtime says what to do and ends with exit code 6', () => {
    const bare = mkdtempSync(join(tmpdir(), 'hillock-bare-'));
    try {
      for (const part of ['bin', 'dist', 'package.json'])
        cpSync(join(root, part), join(bare, part), { recursive: true });
      const { status, stdout } = spawnSync(process.execPath, ['bin/hillock.js', 'doctor'], {
        cwd: bare,
        encoding: 'utf8',
      });
      expect(status).toBe(6);
      expect(stdout).toMatch(/missing {2}onnxruntime-node {2}does not load: .*\n +run npm ci again/);
    } finally {
      rmSync(bare, { recursive: true });
    }
  });
});

describe('a fresh clone', () => {
  test('builds itself on the first run, and npx finds its command', () => {
    const clone = mkdtempSync(join(tmpdir(), 'hillock-clone-'));
    try {
      for (const part of ['bin', 'scripts', 'src', 'studio', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
        cpSync(join(root, part), join(clone, part), { recursive: true });
      }
      symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
      const env = {
        PATH: process.env.PATH,
        HOME: clone,
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
      };
      const { status, stdout, stderr } = spawnSync('npx', ['hillock', '--version'], {
        cwd: clone,
        encoding: 'utf8',
        env,
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
      expect(stderr).toContain('building');
      expect(existsSync(join(clone, 'dist/cli.js'))).toBe(true);
    } finally {
      rmSync(clone, { recursive: true });
    }
  });
});
