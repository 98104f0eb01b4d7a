import type { CommandEntry } from '../command.ts';

/**
 * Every command, in the order help lists them; loaded one at a time, so that the command line starts quickly.
 *
 * To add one: write `commands/NAME.ts` that exports `defineCommand({ arguments, options, examples, run })` with its
 * parameters built from `../parameters.ts`, and add a line here. `run` imports what is heavy with `await import(…)`,
 * talks through `out` (see `../output.ts`) and throws a HillockError when it cannot go on.
 */
export const commands: readonly CommandEntry[] = [
  {
    name: 'neuron',
    summary: 'Fire one neuron and write out its calculation',
    load: async () => (await import('./neuron.ts')).neuron,
  },
  {
    name: 'inspect',
    summary: 'Look inside a trained network: any neuron at work, health, importance of the columns',
    load: async () => (await import('./inspect.ts')).inspect,
  },
  {
    name: 'train',
    summary: 'Train a network on a table or on images, and say whether it was worth it',
    load: async () => (await import('./train.ts')).train,
  },
  {
    name: 'evaluate',
    summary: 'Score a saved model on other labelled data',
    load: async () => (await import('./evaluate.ts')).evaluate,
  },
  {
    name: 'report',
    summary: 'Write one page that shows all of a run: scores, pictures, one answer worked out',
    load: async () => (await import('./report.ts')).report,
  },
  {
    name: 'predict',
    summary: 'Add predictions to the rows of a file or of standard input',
    load: async () => (await import('./predict.ts')).predict,
  },
  {
    name: 'compare',
    summary: 'Train several networks on the same data and print one table',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'serve',
    summary: 'Answer predictions over HTTP',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'deploy',
    summary: 'Write a folder that serves a model, or serve it, if the run is good enough',
    load: async () => (await import('./deploy.ts')).deploy,
  },
  {
    name: 'export',
    summary: 'Write a trained network for another program: PyTorch, TypeScript, ONNX, JSON',
    load: async () => (await import('./export.ts')).exportCommand,
  },
  {
    name: 'import',
    summary: 'Make a run of a network that another program trained',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'studio',
    summary: 'Open the studio in a browser: see a neuron, train on your data, understand it, deploy it',
    load: async () => (await import('./studio.ts')).studio,
  },
  {
    name: 'plan',
    summary: 'Plan a training job on GPUs: bits and bytes, what fits where, what travels where, step time',
    load: async () => (await import('./plan.ts')).planCommand,
  },
  {
    name: 'runs',
    summary: 'List the runs in a folder, with their scores',
    load: async () => (await import('./runs.ts')).runs,
  },
  {
    name: 'data',
    summary: 'List data sets, fetch public ones, or show what is in a source',
    load: async () => (await import('./data.ts')).data,
  },
  {
    name: 'doctor',
    summary: 'Check what this machine has, and say what to do about what is missing',
    load: async () => (await import('./doctor.ts')).doctor,
  },
];
