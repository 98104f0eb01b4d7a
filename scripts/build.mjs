/**
 * Builds the package. `dist/*.js` is what runs: few files, because Node pays for each one it loads.
 * `dist/rooms` is every module by itself with its types: the types are published, the code is for scripts, benches and
 * tests that look inside. Usage: node scripts/build.mjs
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RolldownMagicString, rolldown } from 'rolldown';
import { parseSync, Visitor } from 'rolldown/utils';
import { build as buildApp } from 'vite';

/** What is named from outside: `dist/NAME.js` in package.json, in bin/, or in `new URL('./NAME.js', import.meta.url)`. */
const entries = {
  index: 'src/index.ts',
  data: 'src/data/index.ts',
  plan: 'src/plan/index.ts',
  serve: 'src/serve/index.ts',
  neuron: 'src/neuron/index.ts',
  draw: 'src/draw/index.ts',
  cli: 'src/cli/main.ts',
  worker: 'src/job/worker.ts',
  'session-worker': 'src/job/session-worker.ts',
  'augment-worker': 'src/job/augment-worker.ts',
  'chunk-worker': 'src/data/chunk-worker.ts',
  'device-trial': 'src/job/device-trial.ts',
  studio: 'src/studio/index.ts',
  'studio-reader': 'src/studio/reader.ts',
};

/** What pages load: `dist/web/NAME.js`, of portable modules alone. */
const pageEntries = { index: 'src/web/index.ts', lab: 'src/web/lab.ts', worker: 'src/web/worker.ts' };

/** Packages that are written into the bundle; every other one is imported when it is needed. */
const bundled = ['commander', 'zod'];

/**
 * Modules that are loaded together, from the bottom up: one file each with what they need, so that a start reads few.
 * The rest is split by who needs it; what is only imported with `await import(…)`, as each command is, stays by itself.
 */
const together = [
  { name: 'base', test: /[\\/]src[\\/](?:errors|version|random|format)\.ts$/ },
  { name: 'neuron', test: /[\\/]src[\\/]neuron[\\/]/ },
  { name: 'screen', test: /[\\/]src[\\/]cli[\\/][^\\/]+\.ts$/ },
  // A thread's file runs when it is loaded.
  { name: 'data', test: /[\\/]src[\\/]data[\\/](?!chunk-worker\.ts$)/ },
  // By itself, lest it stands in the file of a thread, which runs when it is loaded.
  { name: 'evaluate', test: /[\\/]src[\\/]train[\\/]evaluate\.ts$/ },
  { name: 'model', test: /[\\/]src[\\/](?:graph|ops|onnx|nn|optim|features|model)[\\/]/ },
];

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** @type {import('rolldown').Plugin} */
const packages = {
  name: 'packages',
  resolveId(id, importer) {
    if (importer === undefined) return null;
    // Commander can start subcommands that are programs of their own; ours are not, and what that takes loads slowly.
    if (id === 'node:child_process' && /[\\/]commander[\\/]/.test(importer)) return '\0unused';
    const own = /^[./\0]/.test(id) || id.startsWith(root) || bundled.some(name => `${id}/`.startsWith(`${name}/`));
    return own ? null : { id, external: true };
  },
  load: id => (id === '\0unused' ? 'export {};' : null),
};

/**
 * A plugin that edits records in files: `visit` is given their text and what it visits of it.
 * @param {string} name @param {RegExp} id
 * @param {(text: RolldownMagicString, code: string) => ConstructorParameters<typeof Visitor>[0]} visit
 * @returns {import('rolldown').Plugin}
 */
const recordEdits = (name, id, visit) => ({
  name,
  transform: {
    filter: { id },
    handler(code, file) {
      const text = new RolldownMagicString(code);
      new Visitor(visit(text, code)).visit(parseSync(file, code).program);
      return { code: text };
    },
  },
});

/** Leaves out what tests and documentation alone read: cases, examples, the words that describe fields. */
const recordsThatRun = recordEdits('records-that-run', /[\\/]src[\\/](?:ops|nn)[\\/]/, text => ({
  Property({ key, start, end }) {
    if (key.type === 'Identifier' && ['cases', 'examples'].includes(key.name))
      text.overwrite(start, end, `${key.name}: []`);
  },
  CallExpression({ callee, arguments: [words] }) {
    if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
    if (callee.property.name === 'describe' && words) text.overwrite(words.start, words.end, "''");
  },
}));

const wordsOfRecords = ['about', 'formula', 'slope', 'title', 'useFor'];
/** Leaves out of `dist/web` the words of records of which it shows none; those of layers stand in messages, and the studio shows all. */
const recordsWithoutWords = recordEdits(
  'records-without-words',
  /[\\/]src[\\/](?:neuron[\\/]activations|optim[\\/](?:optimizer|schedule)|nn[\\/](?:loss|parameter)|train[\\/](?:augment-kinds|metric))\.ts$/,
  (text, code) => ({
    ObjectExpression({ properties }) {
      for (const property of properties) {
        if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
        const { key, start, end } = property;
        if (wordsOfRecords.includes(key.name)) text.remove(start, code[end] === ',' ? end + 1 : end);
      }
    },
  }),
);

/** Types, and each module by itself. */
async function compile() {
  const args = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'];
  const tsc = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
  const code = await new Promise(resolve => tsc.once('close', resolve));
  if (code !== 0) process.exit(1);
}

async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: entries,
    platform: 'node',
    plugins: [packages],
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  });
  const { output } = await build.write({
    dir: dist,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: {
      groups: together.map((group, i) => ({ ...group, tags: ['$initial'], priority: together.length - i })),
    },
    sourcemap: true,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await build.close();
  return output;
}

/** The same modules for pages: minified, because pages load them over a network; fails where Node's own are needed. */
async function bundleForPages() {
  const build = await rolldown({
    cwd: root,
    input: pageEntries,
    platform: 'browser',
    plugins: [packages, recordsThatRun, recordsWithoutWords],
    resolve: { alias: { zod: `${root}src/web/zod.ts` } },
    checks: { ineffectiveDynamicImport: false, pluginTimings: false },
  });
  const { output } = await build.write({
    dir: `${dist}web`,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    // What several entries load is one file: each by itself costs a request and what it could not share when it is packed.
    codeSplitting: {
      groups: [
        { name: 'common', minShareCount: 2, tags: ['$initial'], priority: 1 },
        { name: 'series', test: /[\\/]src[\\/]job[\\/](?:next-steps|read-alike-series)\.ts$/ },
      ],
    },
    sourcemap: true,
    minify: true,
    cleanDir: true,
  });
  await build.close();
  const chunks = output.filter(file => file.type === 'chunk');
  for (const { fileName, imports, dynamicImports, moduleIds } of chunks) {
    const known = new Set([...chunks.map(chunk => chunk.fileName), 'onnxruntime-web/wasm']);
    const foreign = [...imports, ...dynamicImports].filter(name => !known.has(name));
    if (foreign.length > 0)
      throw new Error(`dist/web/${fileName} imports ${foreign.join(', ')}, for one of ${moduleIds.join(', ')}`);
  }
  return output;
}

/** What the studio imports of the package, by its public names; all of it is portable. */
const inStudio = {
  'hillock/draw': 'src/draw/index.ts',
  'hillock/lab': 'src/web/lab.ts',
  'hillock/neuron': 'src/neuron/index.ts',
};

/** The studio: an app of static files in `dist/studio`, which load one another by relative addresses. */
async function bundleStudio() {
  // ONNX Runtime's files are served beside the studio, under ort/.
  const ofStudio = { external: [/^onnxruntime-web/], checks: { pluginTimings: false } };
  const alias = Object.entries({ ...inStudio, zod: 'src/web/zod.ts' }).map(([find, file]) => ({
    find: new RegExp(`^${find}$`),
    replacement: `${root}${file}`,
  }));
  const built = await buildApp({
    root: `${root}studio`,
    configFile: false,
    base: './',
    logLevel: 'warn',
    plugins: [recordsThatRun],
    resolve: { alias },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    worker: { format: 'es', plugins: () => [recordsThatRun], rolldownOptions: ofStudio },
    build: {
      outDir: `${dist}studio`,
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: ofStudio,
    },
  });
  return 'output' in built ? built.output : [];
}

/** The licences of the packages that these modules are from. @param {string[]} modules */
function licences(modules) {
  const folders = new Set(
    modules.flatMap(id => id.match(/^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/)?.[0] ?? []),
  );
  const texts = [...folders].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find(one => /^licen[cs]e/i.test(one));
    const text = file
      ? readFileSync(`${folder}/${file}`, 'utf8')
      : notices(modules.filter(id => id.startsWith(folder)));
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** What files of a package without a licence file say at their beginning. @param {string[]} files */
function notices(files) {
  const said = new Set(files.map(file => readFileSync(file, 'utf8').match(/^(?:\/\/.*\n)*/)?.[0] ?? ''));
  const apache = readFileSync(`${root}node_modules/typescript/LICENSE`, 'utf8');
  return [...said, apache].join('\n');
}

const [output, pages, studio] = await Promise.all([bundle(), bundleForPages(), bundleStudio(), compile()]);
const chunks = output.filter(file => file.type === 'chunk');
const modules = [...output, ...pages, ...studio].flatMap(file => (file.type === 'chunk' ? file.moduleIds : []));
writeFileSync(`${dist}licences.txt`, licences(modules));
const written = new Set([...output.map(({ fileName }) => fileName), 'licences.txt', 'rooms', 'studio', 'web']);
for (const { code } of chunks) {
  for (const [, name = ''] of code.matchAll(/new URL\(.\.\/([\w-]+\.js).,\s*import\.meta\.url\)/g)) {
    if (!written.has(name))
      throw new Error(`dist/${name} is named by a worker: add it to the entries of scripts/build.mjs`);
  }
}
for (const name of readdirSync(dist).filter(one => !written.has(one))) rmSync(`${dist}${name}`, { recursive: true });
