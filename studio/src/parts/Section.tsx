import type { ComponentChildren } from 'preact';
import { hidden } from '../state/url.ts';

export interface SectionProps {
  /** Its name for `?hide=`. */
  readonly id: string;
  readonly title: string;
  /** Beside the title. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a screen under a heading; a teacher can hide it with `?hide=id`. */
export function Section({ id, title, aside, children }: SectionProps) {
  if (hidden.value.includes(id)) return null;
  return (
    <section class={`section section-${id}`} aria-labelledby={`section-${id}`}>
      <div class="head">
        <h2 id={`section-${id}`}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
