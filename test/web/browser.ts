/** Headless Chromium: an installed one, else one that is installed now, else a sentence that tells what to do. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Browser, chromium } from 'playwright-core';
import { root } from './fixture.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const usual = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

const runs = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore', timeout: patience }).status === 0;

function inPath(): string | undefined {
  for (const name of names) {
    const { status, stdout } = spawnSync('which', [name], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

function installed(): string | undefined {
  const { CHROME_PATH } = process.env;
  if (CHROME_PATH) return CHROME_PATH;
  return inPath() ?? [...usual, chromium.executablePath()].find(path => existsSync(path));
}

/** Installs Chromium with the system's package manager where that is allowed, else with Playwright. */
function install(): string | undefined {
  if (process.getuid?.() === 0 && runs('apt-get', ['--version'])) {
    const apt = ['install', '-y', '--no-install-recommends', 'chromium'];
    if (runs('apt-get', apt) || (runs('apt-get', ['update']) && runs('apt-get', apt))) return inPath();
  }
  runs(process.execPath, [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium-headless-shell']);
  return installed();
}

/** How long an installation may take, in milliseconds; hooks that start a browser wait as long. */
export const patience = 600_000;

const lock = join(tmpdir(), 'hillock-chromium.lock');

/** Installs it unless another process of the tests, which is waited for, has done so. */
async function installOnce(): Promise<string | undefined> {
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > patience) rmSync(lock, { recursive: true, force: true });
      await setTimeout(500);
    }
  }
  try {
    return installed() ?? install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Where Chromium is, installed now if need be. */
export async function browserPath(): Promise<string> {
  const executablePath = installed() ?? (await installOnce());
  if (executablePath === undefined) {
    throw new Error(
      'these tests drive a browser, and none was found: install Chromium (apt-get install chromium, or npx playwright-core install chromium), or name one with CHROME_PATH',
    );
  }
  return executablePath;
}

/** Starts Chromium. */
export async function browser(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = await browserPath();
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...sandbox, '--disable-dev-shm-usage', ...flags] });
}
