/** Contestants as processes that work when they are asked to, one at a time. */
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The first of some Pythons that has all modules; undefined where none has. */
export const pythonWith = (modules, named) =>
  [named, 'python3', '/usr/bin/python3'].find(
    path => path && spawnSync(path, ['-c', `import ${modules}`], { stdio: 'ignore' }).status === 0,
  );

/** Starts a contestant; `ask` gives what it did in so many seconds, null once it has failed. */
export function contestant(name, command, args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let wrong = '';
  child.stderr.on('data', text => {
    wrong = `${wrong}${text}`.slice(-2000);
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise(resolve => child.once('close', resolve));
  return {
    name,
    complaint: () => wrong.trim().split('\n').at(-1),
    async ask(seconds) {
      child.stdin.write(`${seconds}\n`);
      const { value, done } = await lines.next();
      return done ? null : JSON.parse(value);
    },
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
