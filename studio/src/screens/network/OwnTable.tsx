import { useSignal } from '@preact/signals';
import type { SourceEntry } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { api, upload } from '../../api/client.ts';
import { asTrouble } from '../../api/load.ts';
import { boundWhole } from '../../parts/bound.ts';
import { Choice } from '../../parts/Choice.tsx';
import { FileButton, tableFiles } from '../../parts/FileButton.tsx';
import { NumberField } from '../../parts/NumberField.tsx';
import { PastedRows } from '../../parts/PastedRows.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { across, baseRow, loadedTable, table, tableSource, tableTarget, upward } from './data.ts';

/** A table to learn from: pasted, a file, or one that the studio knows; what is predicted, what is shown. */
export function OwnTable() {
  const sources = useSignal<readonly SourceEntry[]>([]);
  const columns = useSignal<readonly string[]>([]);
  /** The last column is taken, as nobody has said which. */
  const guessed = useSignal(false);
  const refused = useSignal<ReturnType<typeof asTrouble> | undefined>(undefined);
  const source = tableSource.value;
  const list = async (): Promise<void> => {
    sources.value = (await api.sources()).sources.filter(({ here, kind }) => here && kind === 'table');
  };
  useEffect(() => {
    void list().catch(cause => (refused.value = asTrouble(cause)));
  }, []);
  useEffect(() => {
    if (source === '') return undefined;
    const stop = new AbortController();
    api.report(source, undefined, [], stop.signal).then(
      report => {
        columns.value = report.kind === 'table' ? report.columns.map(({ column }) => column) : [];
        guessed.value = tableTarget.value === '' && !report.target;
        if (tableTarget.value === '') tableTarget.value = report.target ?? columns.value.at(-1) ?? '';
      },
      () => undefined,
    );
    return () => stop.abort();
  }, [source]);
  const take = async (file: Blob, name: string): Promise<void> => {
    refused.value = undefined;
    try {
      const sent = await upload(file, { name }, () => undefined);
      tableTarget.value = '';
      tableSource.value = sent.source;
      await list();
    } catch (cause) {
      refused.value = asTrouble(cause);
    }
  };
  const trouble = refused.value ?? loadedTable.trouble.value;
  const found = table.value;
  return (
    <div class="stack">
      <PastedRows
        lines={4}
        take={(file, name) => void take(file, name)}
        about="Rows as text, or a file dropped here: the first row holds the names. They stay on this machine."
        then="Learns from these rows; they are kept as a file among those of the Data screen."
      />
      <FileButton
        accept={tableFiles}
        take={file => void take(file, file.name)}
        says="Learns from a table in a file of this computer, such as a CSV; it is kept among those of the Data screen."
      >
        Open a table
      </FileButton>
      <Choice
        label="table"
        value={source}
        options={[
          { value: '', title: 'choose one' },
          ...sources.value.map(entry => ({
            value: entry.source,
            title: entry.from === 'demo' ? entry.source : entry.title,
          })),
        ]}
        onChange={value => {
          tableTarget.value = '';
          tableSource.value = value;
        }}
        says="Tables that the studio knows: yours, those of the working folder, built-in ones."
      />
      {columns.value.length > 0 && (
        <Choice
          label="predict"
          value={tableTarget.value}
          options={columns.value.map(name => ({ value: name, title: name }))}
          onChange={value => {
            guessed.value = false;
            tableTarget.value = value;
          }}
          says="The column that the network learns to tell from the others."
        />
      )}
      {columns.value.length > 0 && guessed.value && (
        <p class="note">The last column is predicted until you choose another.</p>
      )}
      {trouble && <Problem message={trouble.message} hint={trouble.hint} />}
      {found && (
        <>
          <p class="note">
            {found.inputs.length} inputs, on a scale around 0
            {found.rows < found.of ? `; ${found.rows} of ${found.of} rows, drawn at random` : ''}
          </p>
          {(
            [
              ['across', across],
              ['upward', upward],
            ] as const
          ).map(([label, axis]) => (
            <Choice
              key={label}
              label={label}
              value={String(Math.min(axis.value, found.inputs.length - 1))}
              options={found.inputs.map((name, i) => ({ value: String(i), title: name }))}
              onChange={value => {
                axis.value = Number(value);
              }}
              says="The input that this axis of the pictures is; all others are those of the row below."
            />
          ))}
          <NumberField
            label="as in row"
            {...boundWhole(baseRow)}
            step={1}
            least={0}
            most={found.rows - 1}
            says="The row whose other inputs the pictures have."
          />
        </>
      )}
    </div>
  );
}
