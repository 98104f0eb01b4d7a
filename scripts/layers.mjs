/**
 * The direction of dependencies: prints every import that breaks it and exits 1.
 * A unit imports only from levels below its own or from itself, without cycles; tests and cases may import anything
 * and only they import one another. Usage: node scripts/layers.mjs [root]
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What executes programs: the part of `runtime` that needs what stands below it. */
const executing = [
  'runtime/ort.ts',
  'runtime/trial.ts',
  'runtime/stepper.ts',
  'runtime/wasm.ts',
  'runtime/node.ts',
  'runtime/wasm-node.ts',
  'runtime/wasm-page.ts',
];

/** Units from the bottom up: a folder of src, or a file. */
const levels = [
  ['errors.ts', 'version.ts', 'format.ts'],
  ['random.ts', 'neuron', 'draw'],
  ['graph'],
  ['data', 'runtime'],
  ['ops'],
  ['grad.ts', 'lower', 'onnx', 'forecast'],
  ['nn', 'optim', 'features'],
  ['train', ...executing],
  ['model'],
  ['explain', 'plan', 'engines'],
  ['job'],
  ['serve', 'web'],
  ['deploy'],
  ['report'],
  ['studio'],
  ['index.ts'],
  ['cli'],
];

/** The only files that may import a package that executes or decodes; `types` = only its types, `typed` = those who may import these. */
const owners = [
  { name: 'onnxruntime-node', files: ['runtime/node.ts'], types: false },
  {
    name: 'onnxruntime-web',
    files: ['runtime/wasm-node.ts', 'runtime/wasm-page.ts'],
    types: false,
    typed: ['runtime/wasm.ts'],
  },
  { name: 'onnxruntime-common', files: ['runtime/ort.ts'], types: true },
  { name: 'sharp', files: ['data/picture.ts'], types: false },
];

/** Files that belong together although they are named one by one. */
const together = [executing];

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const src = join(root, 'src');
/** @type {string[]} */
const problems = [];

/** @param {string} folder @returns {string[]} */
const sources = folder =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map(name => name.replaceAll('\\', '/'))
        .filter(name => /\.(ts|tsx|mts|js|mjs)$/.test(name) && !/(^|\/)(node_modules|dist)\//.test(name))
        .sort()
    : [];

/** @param {string} file */
const isTest = file => /\.(test|case)\.[a-z]+$/.test(file);

/** @param {string} file @returns {{ unit: string, level: number } | undefined} */
function place(file) {
  const names = [file, /** @type {string} */ (file.split('/')[0])];
  for (const unit of names) {
    const level = levels.findIndex(units => units.includes(unit));
    if (level >= 0) return { unit: together.find(files => files.includes(unit))?.[0] ?? unit, level };
  }
  return undefined;
}

/** Comments, template texts and strings; only the strings are kept. */
const tokens = /\/\*[\s\S]*?\*\/|\/\/.*|`(?:\\[\s\S]|[^`\\])*`|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/g;

/** @param {string} text @returns {{ from: string, types: boolean }[]} */
function imports(text) {
  const code = text.replace(tokens, token => (/^['"]/.test(token) ? token : ' '));
  const found = [];
  for (const match of code.matchAll(/\b(?:import|export)\s+(type\s)?(?:[\w*\s{},$]+?\sfrom\s+)?['"]([^'"]+)['"]/g))
    found.push({ from: /** @type {string} */ (match[2]), types: match[1] !== undefined });
  for (const match of code.matchAll(/(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/g))
    found.push({ from: /** @type {string} */ (match[2]), types: match[1] !== undefined });
  return found;
}

/**
 * The values that a module takes from others, by name: `*` where all of it is taken. `again` = it hands them on.
 * @param {string} text @returns {{ from: string, names: { own: string, told: string }[] | '*', again: boolean }[]}
 */
function valuesFrom(text) {
  const code = text.replace(tokens, token => (/^['"]/.test(token) ? token : ' '));
  const statements = /\b(import|export)\s+(type\s)?(?:([\w*\s{},$]+?)\sfrom\s+)?['"]([^'"]+)['"]/g;
  const found = [];
  for (const [, verb, types, what = '', from = ''] of code.matchAll(statements)) {
    if (types) continue;
    const listed = what.match(/^\{([^}]*)\}$/)?.[1];
    const names = listed
      ?.split(',')
      .map(name => name.trim())
      .filter(name => name !== '' && !name.startsWith('type '))
      .map(name => name.split(/\s+as\s+/))
      .map(([own = '', told = own]) => ({ own, told }));
    if (names?.length !== 0) found.push({ from, names: names ?? /** @type {const} */ ('*'), again: verb === 'export' });
  }
  for (const [, types, from = ''] of code.matchAll(/(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/g)) {
    if (!types) found.push({ from, names: /** @type {const} */ ('*'), again: false });
  }
  return found;
}

/** Packages that are there in Node only. */
const nodeOnly = /^(?:node:|onnxruntime-node|sharp|@duckdb\/)/;

/**
 * What pages load: from the files of `web/` along the values that are used; a file that only hands values on is followed for
 * those that are asked of it.
 * @type {Set<string>}
 */
const seen = new Set();
/** @param {string} file @param {readonly string[] | '*'} wanted @param {readonly string[]} path */
function walkPage(file, wanted, path) {
  const key = `${file} ${wanted}`;
  if (seen.has(key)) return;
  seen.add(key);
  const text = readFileSync(join(src, file), 'utf8');
  const taken = valuesFrom(text);
  const handsOn = wanted !== '*' && taken.length > 0 && taken.every(({ again }) => again);
  for (const { from, names } of taken) {
    const used = handsOn && names !== '*' ? names.filter(({ told }) => wanted.includes(told)) : names;
    if (used.length === 0) continue;
    if (nodeOnly.test(from)) problems.push(`a page would load ${from}: ${[...path, file].join(' → ')}`);
    if (!from.startsWith('.')) continue;
    const target = relative(src, resolve(src, dirname(file), from)).replaceAll('\\', '/');
    if (existsSync(join(src, target)))
      walkPage(target, used === '*' ? '*' : used.map(({ own }) => own), [...path, file]);
  }
}
for (const file of sources(src).filter(name => name.startsWith('web/') && !isTest(name))) walkPage(file, '*', []);

/** @type {Map<string, string[]>} */
const graph = new Map();
for (const file of sources(src)) {
  const own = place(file.replace(/\.(?:test|case)\.ts$/, '.ts'));
  if (!own) problems.push(`src/${file}: this place is unknown to scripts/layers.mjs`);
  if (!own || isTest(file)) continue;
  /** @type {string[]} */
  const local = [];
  graph.set(file, local);
  for (const { from, types } of imports(readFileSync(join(src, file), 'utf8'))) {
    const owner = owners.find(({ name }) => from === name || from.startsWith(`${name}/`));
    const typed = types && owner?.typed?.includes(file);
    if (owner && !typed && (!owner.files.includes(file) || (owner.types && !types)))
      problems.push(
        `src/${file}: only ${owner.files.map(name => `src/${name}`).join(' and ')} ${owner.files.length > 1 ? 'import' : 'imports'} ${owner.types ? 'the types of ' : ''}${owner.name}`,
      );
    if (from === 'hillock' || from.startsWith('hillock/'))
      problems.push(`src/${file}: imports ${from}; inside src, import the file`);
    if (!from.startsWith('.')) continue;
    const target = relative(src, resolve(src, dirname(file), from)).replaceAll('\\', '/');
    if (!existsSync(join(src, target))) problems.push(`src/${file}: ${from} does not exist`);
    const other = target.startsWith('..') ? undefined : place(target);
    if (isTest(target)) problems.push(`src/${file}: imports the test src/${target}`);
    else if (target.startsWith('..')) problems.push(`src/${file}: imports ${from}, outside src`);
    else if (other && other.unit !== own.unit && other.level >= own.level)
      problems.push(`src/${file}: ${own.unit} may not import ${other.unit} (src/${target})`);
    local.push(target);
  }
}

for (const folder of ['studio', 'examples']) {
  for (const file of sources(join(root, folder)).filter(name => !isTest(name))) {
    for (const { from } of imports(readFileSync(join(root, folder, file), 'utf8'))) {
      const target = from.startsWith('.') ? relative(root, resolve(root, folder, dirname(file), from)) : '';
      if (/^(src|dist)\b/.test(target))
        problems.push(`${folder}/${file}: imports ${from}; use the package's public names`);
    }
  }
}

/** @type {Map<string, 'open' | 'done'>} */
const state = new Map();
/** @param {string} file @param {string[]} path */
function walk(file, path) {
  if (state.get(file) === 'done' || !graph.has(file)) return;
  if (state.get(file) === 'open') {
    problems.push(`a cycle: ${[...path.slice(path.indexOf(file)), file].join(' → ')}`);
    return;
  }
  state.set(file, 'open');
  for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
  state.set(file, 'done');
}
for (const file of graph.keys()) walk(file, []);

for (const problem of problems) console.error(problem);
console.log(`layers: ${graph.size} files, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
