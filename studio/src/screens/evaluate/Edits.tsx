/** Corrections of the data: collected row by row, then trained with; the data stay as they are. */
import { useSignal } from '@preact/signals';
import type { EvaluationAnswer, JudgedRow } from 'hillock/studio';
import { api } from '../../api/client.ts';
import { asTrouble } from '../../api/load.ts';
import { Button } from '../../parts/Button.tsx';
import { Problem } from '../../parts/Problem.tsx';
import { whole } from '../../state/format.ts';
import { says } from '../../state/says.ts';
import { go } from '../../state/url.ts';
import { retrain } from '../train/state.ts';
import { edits, run, shownRun } from './state.ts';

const leftOut = '-';

/** What is wrong with a row: its target, or all of it. */
export function EditRow({ row, found }: { readonly row: JudgedRow; readonly found: EvaluationAnswer }) {
  if (row.row === null) return null;
  const { [row.row]: edit, ...others } = edits.value;
  const classes = (found.classes ?? []).filter(name => name !== row.truth);
  return (
    <select
      class="edit"
      aria-label={`Correct row ${row.row}`}
      value={edit === undefined ? '' : edit === null ? leftOut : `=${edit}`}
      onChange={({ currentTarget: { value } }) => {
        run.value = shownRun.value;
        edits.value = value === '' ? others : { ...others, [row.row!]: value === leftOut ? null : value.slice(1) };
      }}
      {...says(
        'A wrong label, or a row that should not be there: choose it here, then train again: the button is above the list.',
      )}
    >
      <option value="">as it is</option>
      <option value={leftOut}>leave out</option>
      {classes.map(name => (
        <option key={name} value={`=${name}`}>
          is {name}
        </option>
      ))}
    </select>
  );
}

const rowsText = (count: number): string => (count === 1 ? '1 row' : `${whole(count)} rows`);

/** How many rows are corrected and how many are left out. */
function wordsOf(given: Readonly<Record<string, string | null>>): string {
  const out = Object.values(given).filter(value => value === null).length;
  const corrected = Object.keys(given).length - out;
  return [
    ...(corrected > 0 ? [`${rowsText(corrected)} corrected`] : []),
    ...(out > 0 ? [`${rowsText(out)} left out`] : []),
  ].join(', ');
}

/** How much is corrected, and the way to train with it. */
export function Edits() {
  const trouble = useSignal<ReturnType<typeof asTrouble> | undefined>(undefined);
  const count = Object.keys(edits.value).length;
  if (count === 0) return null;
  const again = async (): Promise<void> => {
    try {
      retrain(await api.run(shownRun.value), edits.value);
      go('train', { run: '' });
    } catch (error) {
      trouble.value = asTrouble(error);
    }
  };
  return (
    <div class="edits">
      <div class="row">
        <b role="status">{wordsOf(edits.value)}</b>
        <Button
          primary
          onClick={() => void again()}
          says="Fills the form with the data and options of this run and these corrections; all other rows stay in their parts."
        >
          Train again with them
        </Button>
        <Button
          onClick={() => {
            edits.value = {};
          }}
          says="Forgets the corrections."
        >
          Undo all
        </Button>
      </div>
      <p class="note">
        The file stays as it is; the run keeps them as <code>--exclude-rows</code> and <code>--relabel</code>. Rows of
        the test part that are corrected change what the scores mean.
      </p>
      {trouble.value && <Problem message={trouble.value.message} hint={trouble.value.hint} />}
    </div>
  );
}
