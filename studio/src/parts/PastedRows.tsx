import { useSignal } from '@preact/signals';
import { says } from '../state/says.ts';
import { Button } from './Button.tsx';

interface PastedRowsProps {
  /** Takes the rows as a file. */
  readonly take: (file: Blob, name: string) => void;
  readonly lines: number;
  /** What may be written here. */
  readonly about: string;
  /** What becomes of it. */
  readonly then: string;
}

/** Rows of a table as text, or a file that is dropped on them. */
export function PastedRows({ take, lines, about, then }: PastedRowsProps) {
  const text = useSignal('');
  return (
    <>
      <textarea
        aria-label="Rows, the first with the names of the columns"
        placeholder={'x1,x2,class\n0.5,1.2,yes\n…'}
        rows={lines}
        value={text.value}
        onInput={event => {
          text.value = event.currentTarget.value;
        }}
        onDragOver={event => event.preventDefault()}
        onDrop={event => {
          const file = event.dataTransfer?.files[0];
          if (!file) return;
          event.preventDefault();
          take(file, file.name);
        }}
        {...says(about)}
      />
      <Button
        disabled={text.value.trim() === ''}
        onClick={() => {
          take(new Blob([text.value]), 'pasted.csv');
          text.value = '';
        }}
        says={then}
      >
        Use these rows
      </Button>
    </>
  );
}
