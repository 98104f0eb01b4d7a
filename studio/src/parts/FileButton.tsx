import { useRef } from 'preact/hooks';
import { Button, type ButtonProps } from './Button.tsx';

/** Files that hold a table. */
export const tableFiles = '.csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.parquet,.gz';

interface FileButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** Kinds of files, as the browser's own dialogue takes them. */
  readonly accept: string;
  readonly take: (file: File) => void;
}

/** A button that asks for a file; the same file may be chosen again. */
export function FileButton({ accept, take, ...button }: FileButtonProps) {
  return <Picker {...button} of={{ accept }} take={([file]) => file && take(file)} />;
}

interface FolderButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** Hears of every file below the folder. */
  readonly take: (files: FileList) => void;
}

/** A button that asks for a folder. */
export function FolderButton(props: FolderButtonProps) {
  return <Picker {...props} of={{ webkitdirectory: true }} />;
}

interface PickerProps extends FolderButtonProps {
  readonly of: { readonly accept: string } | { readonly webkitdirectory: true };
}

function Picker({ of, take, ...button }: PickerProps) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        {...of}
        onChange={({ currentTarget }) => {
          if (currentTarget.files?.length) take(currentTarget.files);
          currentTarget.value = '';
        }}
      />
      <Button {...button} onClick={() => picker.current?.click()} />
    </>
  );
}
