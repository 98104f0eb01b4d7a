/** What the data screen shows: a source, what it should predict, what is left out. */
import { batch, computed, signal } from '@preact/signals';
import type { DataReport, SourceEntry } from 'hillock/studio';
import type { Trouble } from '../../api/client.ts';
import { api, type Upload, upload } from '../../api/client.ts';
import { archiveOf, type GivenFolder } from '../../api/folder.ts';
import { asTrouble, loaded } from '../../api/load.ts';
import { addressOf, aNumber, aText, inAddress, json } from '../../state/url.ts';

const list = {
  read: (text: string): readonly string[] => (text === '' ? [] : text.split('\u001f')),
  write: (names: readonly string[]): string => names.join('\u001f'),
};

export const source = inAddress('data', 'source', aText, 'demo:obesity');
/** Empty: what the source says itself. */
export const target = inAddress('data', 'target', aText, '');
export const ignored = inAddress<readonly string[]>('data', 'ignore', list, []);
/** The column that orders the rows in time, and those that tell series apart. */
export const timeColumn = inAddress('data', 'time', aText, '');
export const groupColumns = inAddress<readonly string[]>('data', 'group', list, []);
export const testShare = inAddress('data', 'test', aNumber, 0.2);
export const seed = inAddress('data', 'seed', aNumber, 0);

type SaidValues = [string, string, readonly string[], string, readonly string[], number, number];
const atFirst: SaidValues = ['demo:obesity', '', [], '', [], 0.2, 0];
/** What is said of the data that are shown at first. */
export const builtIn = JSON.stringify(atFirst);

const names = (value: unknown): boolean => Array.isArray(value) && value.every(one => typeof one === 'string');
const saidValues = json<SaidValues>(
  value =>
    Array.isArray(value) &&
    value.length === atFirst.length &&
    value.every((one, i) => (Array.isArray(atFirst[i]) ? names(one) : typeof one === typeof atFirst[i])),
);

export const sources = signal<readonly SourceEntry[]>([]);
export const folder = signal('');
export const report = loaded<DataReport>();
export const table = computed(() => (report.value.value?.kind === 'table' ? report.value.value : undefined));
export const images = computed(() => (report.value.value?.kind === 'images' ? report.value.value : undefined));
/** The column to predict, as it was chosen or as the source says. */
export const shownTarget = computed(() => target.value || report.value.value?.target || '');

export async function loadSources(): Promise<void> {
  const { folder: own, sources: found } = await api.sources();
  folder.value = own;
  sources.value = found;
}

export const loadReport = (): Promise<void> => {
  const [from, to, without] = [source.value, target.value, ignored.value];
  return report.load(signal => api.report(from, to || undefined, without, signal));
};

/** Everything that is said about the data, as other screens carry it in their addresses; empty for what is shown at first. */
export const said = computed(() => {
  const values = [source, target, ignored, timeColumn, groupColumns, testShare, seed].map(one => one.value);
  const text = JSON.stringify(values);
  return text === builtIn ? '' : text;
});

/** The train screen, asked to forecast a column of these data. */
export const forecastAddress = (column: string): string => {
  const values = [source, { value: column }, ignored, timeColumn, groupColumns, testShare, seed].map(one => one.value);
  const options = JSON.stringify({ task: 'forecast' });
  return addressOf('train', { data: JSON.stringify(values), options, layers: '', run: '' });
};

/** Says it again; what cannot be read changes nothing. */
export function say(text: string): void {
  const found = saidValues.read(text || builtIn);
  if (!found) return;
  const [from, to, without, time, group, share, first] = found;
  batch(() => {
    source.value = from;
    target.value = to;
    ignored.value = without;
    timeColumn.value = time;
    groupColumns.value = group;
    testShare.value = share;
    seed.value = first;
  });
}

/** How often another source was chosen by hand. */
export const choices = signal(0);

/** Chooses another source; what was said of the last one is forgotten. */
export function choose(chosen: string): void {
  choices.value++;
  source.value = chosen;
  target.value = '';
  ignored.value = [];
  timeColumn.value = '';
  groupColumns.value = [];
}

/** How a column is used, as a person says it. */
export type Use = 'input' | 'target' | 'ignore' | 'time' | 'group';

export function useOf(column: string): Use {
  if (column === shownTarget.value) return 'target';
  if (column === timeColumn.value) return 'time';
  if (groupColumns.value.includes(column)) return 'group';
  return ignored.value.includes(column) ? 'ignore' : 'input';
}

export function setUse(column: string, use: Use): void {
  const without = (names: readonly string[]): readonly string[] => names.filter(name => name !== column);
  ignored.value = use === 'ignore' ? [...without(ignored.value), column] : without(ignored.value);
  groupColumns.value = use === 'group' ? [...without(groupColumns.value), column] : without(groupColumns.value);
  if (use === 'time') timeColumn.value = column;
  else if (timeColumn.value === column) timeColumn.value = '';
  if (use === 'target') target.value = column;
  else if (target.value === column) target.value = '';
}

export interface Sending {
  readonly name: string;
  readonly bytes: number;
  readonly share: number;
}

export const sending = signal<Sending | undefined>(undefined);
/** What could not be done with data, in words, and why. */
export const refused = signal<{ readonly what: string; readonly trouble: Trouble } | undefined>(undefined);

/** Sends a file to this machine's studio and shows it. */
export const send = (file: Blob, name: string): Promise<void> => taken(file, name, { name });

/** Sends a folder of pictures and shows it. */
export const sendFolder = ({ name, files }: GivenFolder): Promise<void> =>
  taken(archiveOf(files), name, { folder: name });

async function taken(file: Blob, name: string, as: Parameters<typeof upload>[1]): Promise<void> {
  refused.value = undefined;
  sending.value = { name, bytes: file.size, share: 0 };
  let sent: Upload;
  try {
    sent = await upload(file, as, share => {
      sending.value = { name, bytes: file.size, share };
    });
  } catch (error) {
    refused.value = { what: `${name} was not taken`, trouble: asTrouble(error) };
    return;
  } finally {
    sending.value = undefined;
  }
  choose(sent.source);
  await loadSources();
}

/** Deletes an upload; what was shown of it gives way to what is shown at first. */
export async function remove({ source: upload, title }: SourceEntry): Promise<void> {
  refused.value = undefined;
  try {
    await api.removeSource(upload);
    if (source.value === upload) choose('demo:obesity');
    await loadSources();
  } catch (error) {
    refused.value = { what: `${title} was not deleted`, trouble: asTrouble(error) };
  }
}
