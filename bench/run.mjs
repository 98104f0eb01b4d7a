/**
 * Dispatches to one bench: npm run bench -- NAME [arguments], where NAME.mjs stands beside this file.
 * Without a name: every bar of speed. `--profile QUESTION` is `profile QUESTION`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [first = 'speed', ...rest] = process.argv.slice(2);
const name = first === '--profile' ? 'profile' : first;
const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
if (name === 'run' || !existsSync(file)) {
  const names = readdirSync(new URL('.', import.meta.url)).filter(
    entry => entry.endsWith('.mjs') && entry !== 'run.mjs',
  );
  console.error(`usage: npm run bench -- ${names.map(entry => entry.replace('.mjs', '')).join('|')} [arguments]`);
  process.exit(2);
}
process.exit(spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' }).status ?? 1);
