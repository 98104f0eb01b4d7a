/**
 * Dispatches to one bench: npm run bench -- NAME [arguments], where NAME.mjs stands beside this file.
 * Without a name: every bar of speed. `--profile QUESTION` is `profile QUESTION`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The comment at the head of a bench tells what it does and how it is asked. */
function explained(/** @type {string} */ path) {
  const [, text = ''] = readFileSync(path, 'utf8').match(/^\/\*\*\n([\s\S]*?)\*\//) ?? [];
  return text.replaceAll(/^ \* ?/gm, '').trim();
}

const [first = 'speed', ...rest] = process.argv.slice(2);
const name = first === '--profile' ? 'profile' : first;
const file = fileURLToPath(new URL(`${name}.mjs`, import.meta.url));
if (name === 'run' || name === '--help' || !existsSync(file)) {
  const names = readdirSync(new URL('.', import.meta.url)).filter(
    entry => entry.endsWith('.mjs') && entry !== 'run.mjs',
  );
  console.error(`usage: npm run bench -- ${names.map(entry => entry.replace('.mjs', '')).join('|')} [arguments]`);
  process.exit(2);
}
if (rest.includes('--help')) {
  console.log(explained(file));
  process.exit(0);
}
process.exit(spawnSync(process.execPath, [file, ...rest], { stdio: 'inherit' }).status ?? 1);
