/** Left-overs that must not be committed: prints each and exits 1. Usage: node scripts/hygiene.mjs [root] */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const rules = [
  { name: 'a note to oneself', pattern: /\b(?:TO[D]O|FIX[M]E|X{3}|HAC[K])\b/ },
  { name: 'a focused test', pattern: /\b(?:describe|test|it)(?:\.\w+)*\.only\b/ },
  { name: 'a debugger statement', pattern: /^\s*debugger\b/ },
  { name: 'a silenced type error without a reason', pattern: /@ts-(?:ignore|nocheck)|@ts-expect-error\s*$/ },
  { name: 'a silenced lint rule without a reason', pattern: /biome-ignore [\w/]+:?\s*$/ },
  { name: 'a merge conflict', pattern: /^(?:<{7}|>{7}) / },
];
const folders = ['src', 'test', 'scripts', 'bench', 'examples', 'studio', 'docs', 'bin'];

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
let files = 0;
let problems = 0;
for (const folder of folders.filter(name => existsSync(join(root, name)))) {
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
    if (!/\.(?:ts|tsx|mts|js|mjs|py|md|sh|html|css)$/.test(name) || /(?:^|[\\/])(?:node_modules|dist)[\\/]/.test(name))
      continue;
    files += 1;
    readFileSync(join(root, folder, name), 'utf8')
      .split('\n')
      .forEach((line, i) => {
        for (const rule of rules.filter(({ pattern }) => pattern.test(line))) {
          problems += 1;
          console.error(`${folder}/${name}:${i + 1}: ${rule.name}`);
        }
      });
  }
}
// npm ci refuses a lock file that leaves out the package of another platform.
const lock = join(root, 'package-lock.json');
if (existsSync(lock)) {
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
  const wanted = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
  for (const name of wanted.filter(one => !packages[`node_modules/${one}`])) {
    problems += 1;
    console.error(`package-lock.json: ${name} is an optional dependency without an entry`);
  }
}
console.log(`hygiene: ${files} files, ${problems} problems`);
process.exitCode = problems > 0 ? 1 : 0;
