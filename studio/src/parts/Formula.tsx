import type { ComponentChildren } from 'preact';
import { shown } from '../state/format.ts';
import { says as saysOf } from '../state/says.ts';

/** A formula on a line of its own. `spoken` is what a screen reader reads. */
export function Formula({
  children,
  says,
  spoken,
}: {
  readonly children: ComponentChildren;
  readonly says: string;
  readonly spoken: string;
}) {
  return (
    <div class="formula" tabIndex={0} role="group" aria-label={spoken} {...saysOf(says)}>
      <math aria-hidden="true">
        <mrow>{children}</mrow>
      </math>
    </div>
  );
}

/** A number in a formula, in brackets where its sign would meet another. */
export function Value({
  of,
  bracketed = false,
  class: name,
}: {
  readonly of: number;
  readonly bracketed?: boolean;
  readonly class?: string | undefined;
}) {
  const text = shown(of);
  return (
    <mrow class={name}>
      {bracketed && of < 0 && <mtext>(</mtext>}
      <mn>{text}</mn>
      {bracketed && of < 0 && <mtext>)</mtext>}
    </mrow>
  );
}
