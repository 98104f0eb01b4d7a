import { useSignal } from '@preact/signals';
import { formatBytes } from 'hillock/draw';
import type { SourceEntry } from 'hillock/studio';
import { useEffect } from 'preact/hooks';
import { chosenFolder, droppedFolder } from '../../api/folder.ts';
import { asTrouble } from '../../api/load.ts';
import { Button } from '../../parts/Button.tsx';
import { FileButton, FolderButton, tableFiles } from '../../parts/FileButton.tsx';
import { given } from '../../parts/given.ts';
import { PastedRows } from '../../parts/PastedRows.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { Section } from '../../parts/Section.tsx';
import { says } from '../../state/says.ts';
import { choose, folder, refused, remove, send, sendFolder, sending, source, sources } from './state.ts';

const groups: readonly { readonly from: SourceEntry['from']; readonly title: string }[] = [
  { from: 'upload', title: 'Your files' },
  { from: 'folder', title: 'In the working folder' },
  { from: 'demo', title: 'Built in' },
  { from: 'public', title: 'Public sets' },
];

/** A table, or a folder of pictures. */
function take({ items, files: [file] }: DataTransfer): void {
  const folder = droppedFolder(items);
  if (folder)
    void folder.then(sendFolder, error => {
      refused.value = { what: 'the folder was not taken', trouble: asTrouble(error) };
    });
  else if (file) void send(file, file.name);
}

/** Where data come from. */
export function Sources() {
  const over = useSignal(false);
  const pasting = useSignal(false);
  useEffect(() => given(take, over), []);
  return (
    <Section id="sources" title="Where it comes from">
      <div class={over.value ? 'drop over' : 'drop'}>
        <p>
          <b>Drop a table or a folder of pictures here</b>
          <span>
            CSV, TSV, JSON, Parquet, also packed as .gz; of pictures each folder is a class. It stays on this machine.
          </span>
        </p>
        <div class="row">
          <FileButton
            primary
            accept={tableFiles}
            take={file => void send(file, file.name)}
            says="Takes a file of this computer. It is written into the studio's folder as it is read, however large."
          >
            Choose a file
          </FileButton>
          <FolderButton
            take={files => void sendFolder(chosenFolder(files))}
            says="Takes a folder of pictures: each folder in it is a class; folders named train and test are the parts."
          >
            Choose a folder
          </FolderButton>
          <Button
            pressed={pasting.value}
            onClick={() => {
              pasting.value = !pasting.value;
            }}
            says="Takes rows that were copied from a spreadsheet or a text."
          >
            Paste
          </Button>
        </div>
        {pasting.value && <Paste done={() => (pasting.value = false)} />}
        {sending.value && <Sending />}
      </div>
      {refused.value && (
        <Problem
          message={`${refused.value.what}: ${refused.value.trouble.message}`}
          hint={refused.value.trouble.hint}
        />
      )}
      {groups.map(({ from, title }) => (
        <Group key={from} title={title} entries={sources.value.filter(one => one.from === from)} />
      ))}
      <p class="note">
        Working folder: <code>{folder.value}</code>. Folders of pictures (one folder a class), IDX and CIFAR files in it
        are listed, too.
      </p>
    </Section>
  );
}

function Sending() {
  const { name, bytes, share } = sending.value!;
  const text = share < 1 ? `Copying ${name}, ${formatBytes(bytes)}` : `Reading ${name}`;
  return (
    <div class="sending" role="status">
      <span>{text}</span>
      <progress max={1} value={share < 1 ? share : undefined} aria-label={text} />
    </div>
  );
}

function Paste({ done }: { readonly done: () => void }) {
  return (
    <div class="paste">
      <PastedRows
        lines={6}
        take={(file, name) => {
          done();
          void send(file, name);
        }}
        about="Rows as text: commas, semicolons or tabs between the cells, the first row with the names."
        then="Keeps these rows as a file and shows what is in them."
      />
    </div>
  );
}

function Group({ title, entries }: { readonly title: string; readonly entries: readonly SourceEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <div class="source-group">
      <h3>{title}</h3>
      <ul>
        {entries.map(entry => (
          <li key={entry.source}>
            <button
              type="button"
              disabled={!entry.here}
              aria-pressed={entry.source === source.value}
              onClick={() => choose(entry.source)}
              {...says(
                entry.here ? `${entry.source}: ${entry.title}.` : `Fetch it first: hillock data get ${entry.source}`,
              )}
            >
              <b>{entry.from === 'upload' ? entry.title : entry.source}</b>
              {entry.from !== 'folder' && entry.from !== 'upload' && <span>{entry.title}</span>}
              {!entry.here && <em>hillock data get {entry.source}</em>}
            </button>
            {entry.from === 'upload' && (
              <Button
                label={`Delete ${entry.title}`}
                onClick={() => void remove(entry)}
                says={`Deletes ${entry.title} from the studio's folder; the file that it was taken from stays.`}
              >
                ×
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
