import { useRef } from 'preact/hooks';
import { Button, type ButtonProps } from './Button.tsx';

interface FileButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** Kinds of files, as the browser's own dialogue takes them. */
  readonly accept: string;
  readonly take: (file: File) => void;
}

/** A button that asks for a file; the same file may be chosen again. */
export function FileButton({ accept, take, ...button }: FileButtonProps) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        accept={accept}
        onChange={event => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) take(file);
        }}
      />
      <Button {...button} onClick={() => picker.current?.click()} />
    </>
  );
}
