/** What the train screen shows: what is asked for, what it would be, and a run. */
import { computed, effect, signal } from '@preact/signals';
import type { HealthAnswer, Planned, RunDetail, RunRow, TrainRequest } from 'hillock/studio';
import type { Trouble } from '../../api/client.ts';
import { api } from '../../api/client.ts';
import { asTrouble, loaded } from '../../api/load.ts';
import { aText, inAddress, json } from '../../state/url.ts';
import * as data from '../data/state.ts';

type Given = TrainRequest['options'];

/** What is said about the data, one with the data screen. */
const about = inAddress('train', 'data', aText, '');
effect(() => {
  if (about.value !== '') data.say(about.value);
});
effect(() => {
  if (about.value !== data.said.value) about.value = data.said.value;
});

/** What was said about the training, beside the data. */
export const given = inAddress<Given>(
  'train',
  'options',
  json(value => typeof value === 'object' && value !== null),
  {},
);
/** Layers of one's own as JSON; empty: the option `model`. */
export const layers = inAddress('train', 'layers', aText, '');
export const run = inAddress('train', 'run', aText, '');

effect(() => {
  if (data.choices.value === 0) return;
  given.value = {};
  layers.value = '';
  run.value = '';
});

export const runs = signal<readonly RunRow[]>([]);
export const detail = loaded<RunDetail>();
export const plan = loaded<Planned>();
/** Of a finished run: the neurons of each layer. */
export const neurons = loaded<HealthAnswer>();
/** Why the run in the address is none; undefined where it is one, or may be. */
export const unknownRun = computed(() => {
  const known = runs.value.some(({ id }) => id === run.value) || detail.value.value?.id === run.value;
  return run.value === '' || known ? undefined : detail.trouble.value;
});
export const startTrouble = signal<Trouble | undefined>(undefined);
/** Whether something is being done to the shown run. */
export const acting = signal(false);

/** Whether a person has to say what is to be predicted. */
export const needsTarget = computed(
  () => !given.value.target && data.table.value !== undefined && !data.shownTarget.value,
);
/** Whether the data that are asked for have been read. */
const isRead = computed(() => data.report.value.value?.source === data.source.value);

/** What the data screen says about the columns, as options of a training. */
function fromData(): Given {
  const { target, ignored, timeColumn, groupColumns, testShare, seed, images } = data;
  return {
    ...(target.value && { target: target.value }),
    ...(ignored.value.length > 0 && { ignore: [...ignored.value] }),
    ...(timeColumn.value && { time: timeColumn.value }),
    ...(groupColumns.value.length > 0 && { group: [...groupColumns.value] }),
    ...(testShare.value !== 0.2 && !images.value && { test: String(testShare.value) }),
    ...(seed.value !== 0 && { seed: seed.value }),
  };
}

const parsedLayers = (): Pick<TrainRequest, 'layers'> => {
  if (layers.value.trim() === '') return {};
  const value = parsed(layers.value);
  const own: unknown = Array.isArray(value) ? value : (value as { layers?: unknown } | null)?.layers;
  if (!Array.isArray(own)) throw new Error('The layers must be a list, or an object with a list named "layers".');
  return { layers: own };
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The layers are not valid JSON: ${(error as Error).message}`);
  }
}

export const request = computed<TrainRequest | Error>(() => {
  const options = { ...fromData(), ...given.value };
  if (options.task !== 'forecast') delete options.group;
  try {
    return { source: data.source.value, options, ...parsedLayers() };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
});

export function setOption(name: string, value: Given[string] | undefined): void {
  const { [name]: _, ...rest } = given.peek();
  given.value = value === undefined || value === '' || value === false ? rest : { ...rest, [name]: value };
}

export async function loadRuns(): Promise<void> {
  const { runs: found } = await api.runs();
  runs.value = found;
}

/** What the shown plan is about: data, task and target. */
let planned = '';

export const loadPlan = (): Promise<void> => {
  const asked = request.peek();
  const subject = JSON.stringify([data.source.peek(), data.shownTarget.peek(), given.peek().task]);
  if (subject !== planned) plan.clear();
  planned = subject;
  if (!isRead.peek() || needsTarget.peek()) {
    plan.value.value = undefined;
    return Promise.resolve();
  }
  return plan.load(async signal => {
    if (asked instanceof Error) throw asked;
    return api.plan(asked, signal);
  });
};

/** Starts a training and shows it. */
export async function begin(): Promise<void> {
  const asked = request.peek();
  startTrouble.value = undefined;
  try {
    if (asked instanceof Error) throw asked;
    const { id } = await api.train(asked);
    run.value = id;
    void loadRuns();
  } catch (error) {
    startTrouble.value = asTrouble(error);
  }
}

/** Does something to the shown run and tells what went wrong. */
export async function act(what: (id: string) => Promise<unknown>): Promise<void> {
  if (acting.peek()) return;
  acting.value = true;
  startTrouble.value = undefined;
  try {
    await what(run.peek());
  } catch (error) {
    startTrouble.value = asTrouble(error);
  } finally {
    acting.value = false;
  }
}

/** Takes the data and the options of a run that was started here over into the form. */
export function takeOver({ source, options, layers: own }: TrainRequest): void {
  const { target, ignore, time, group, ...rest } = options;
  const oneColumn = typeof time === 'string';
  data.say('');
  data.source.value = source;
  data.target.value = typeof target === 'string' ? target : '';
  data.ignored.value = asList(ignore);
  data.timeColumn.value = oneColumn ? time : '';
  data.groupColumns.value = asList(group);
  given.value = oneColumn || time === undefined ? rest : { ...rest, time };
  layers.value = own ? JSON.stringify(own, null, 2) : '';
}

/** Options that a run with the weights of another has from that one. */
const ofItsNetwork = ['model', 'hidden', 'activation', 'dropout', 'members', 'from', 'fromEpoch'];

/** Fills the form for a run that starts with the weights of another. */
export function goOnFrom({ asked, folder }: RunDetail, epoch?: number): void {
  const options = Object.entries(asked!.options).filter(([name]) => !ofItsNetwork.includes(name));
  takeOver({
    source: asked!.source,
    options: { ...Object.fromEntries(options), from: folder, ...(epoch && { fromEpoch: epoch }) },
  });
}

const asList = (value: Given[string] | undefined): readonly string[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value.map(String) : String(value).split(',');

/** Fills the form for a run like another with rows corrected: null leaves one out, a text is its target; what was corrected before stays. */
export function retrain({ asked, id }: RunDetail, edits: Readonly<Record<string, string | null>>): void {
  if (!asked) throw new Error(`${id} does not tell what it was asked for.`);
  const { excludeRows, relabel, ...options } = asked.options;
  const corrections = Array.isArray(relabel) ? relabel.map(String) : relabel ? [String(relabel)] : [];
  const kept = corrections.filter(text => edits[text.split('=', 1)[0]!] === undefined);
  const out = Object.keys(edits).filter(row => edits[row] === null);
  const labels = Object.entries(edits).flatMap(([row, label]) => (label === null ? [] : [`${row}=${label}`]));
  const excluded = [...new Set([...asList(excludeRows), ...out])];
  takeOver({
    ...asked,
    options: {
      ...options,
      ...(excluded.length > 0 && { excludeRows: excluded.join(',') }),
      ...(kept.length + labels.length > 0 && { relabel: [...kept, ...labels] }),
    },
  });
}
