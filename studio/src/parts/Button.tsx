import type { ComponentChildren } from 'preact';
import { says as saysOf } from '../state/says.ts';

export interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick: (event: MouseEvent) => void;
  /** What it does, in one sentence. */
  readonly says: string;
  readonly primary?: boolean;
  readonly disabled?: boolean;
  /** For a button that stays down. */
  readonly pressed?: boolean;
  /** Its name where its face is a sign. */
  readonly label?: string;
}

/** A button that says what it does. */
export function Button({ children, onClick, says, primary, disabled, pressed, label }: ButtonProps) {
  return (
    <button
      type="button"
      class={primary ? 'button primary' : 'button'}
      onClick={onClick}
      disabled={disabled}
      aria-pressed={pressed}
      aria-label={label}
      {...saysOf(says)}
    >
      {children}
    </button>
  );
}
