import { says as saysOf } from '../state/says.ts';

export interface FigureProps {
  readonly name: string;
  readonly value: string;
  /** What the number is, in one sentence. */
  readonly says: string;
}

/** A number with its name. */
export function Figure({ name, value, says }: FigureProps) {
  return (
    <div class="figure" tabIndex={0} role="group" aria-label={`${name} ${value}`} {...saysOf(says)}>
      <span class="name">{name}</span>
      <span class="value">{value}</span>
    </div>
  );
}
