import { spawn } from 'node:child_process';

const openers: Partial<Readonly<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens an address in the browser that the system prefers; where there is none, nothing happens. */
export function openBrowser(url: string): void {
  const [program, ...args] = [...(openers[process.platform] ?? ['xdg-open']), url];
  const child = spawn(program!, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
