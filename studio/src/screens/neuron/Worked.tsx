import { Formula, Value } from '../../parts/Formula.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { ActivationWithNumbers } from './ActivationFormula.tsx';
import { activationRecord, bias, biased, fired, marked } from './state.ts';

/** The calculation with its numbers, from the inputs to ŷ. */
export function Worked() {
  const { terms, z, y } = fired.value;
  const { title } = activationRecord.value;
  return (
    <Section id="worked" title="The calculation, worked out">
      <Formula
        says="Pre-activation z: each input times its weight, all added up, plus the bias."
        spoken={`z = ${terms.map(({ x, w }) => `${shown(x)} times ${shown(w)}`).join(' plus ')}${biased.value ? ` plus ${shown(bias.value)}` : ''} = ${shown(z)}`}
      >
        <mi>z</mi>
        <mo>=</mo>
        {terms.map((_, i) => (
          <>
            {i > 0 && <mo>+</mo>}
            <msub>
              <mi>x</mi>
              <mn>{i + 1}</mn>
            </msub>
            <msub>
              <mi>w</mi>
              <mn>{i + 1}</mn>
            </msub>
          </>
        ))}
        {biased.value && (
          <>
            <mo>+</mo>
            <mi>b</mi>
          </>
        )}
        <mo>=</mo>
        {terms.map(({ x, w }, i) => (
          <>
            {i > 0 && <mo>+</mo>}
            <mrow
              class={`term ${w < 0 ? 'negative' : 'positive'} ${marked.value === i ? 'marked' : ''}`}
              {...marking(i)}
            >
              <Value of={x} bracketed />
              <mo>·</mo>
              <Value of={w} bracketed />
            </mrow>
          </>
        ))}
        {biased.value && (
          <>
            <mo>+</mo>
            <mrow class={`term ${marked.value === 'bias' ? 'marked' : ''}`} {...marking('bias')}>
              <Value of={bias.value} bracketed />
            </mrow>
          </>
        )}
        <mo>=</mo>
        <mrow class="result">
          <Value of={z} />
        </mrow>
      </Formula>
      <Formula
        says={`Post-activation ŷ: what the neuron passes on, f(z) with f = ${title}.`}
        spoken={`y hat = ${title} of ${shown(z)} = ${shown(y)}`}
      >
        <mover>
          <mi>y</mi>
          <mo>^</mo>
        </mover>
        <mo>=</mo>
        <mi>f</mi>
        <mtext>(</mtext>
        <mi>z</mi>
        <mtext>)</mtext>
        <mo>=</mo>
        <mtext>{title}</mtext>
        <mtext>(</mtext>
        <Value of={z} />
        <mtext>)</mtext>
        <mo>=</mo>
        <ActivationWithNumbers />
        <mo>=</mo>
        <mrow class="result">
          <Value of={y} />
        </mrow>
      </Formula>
    </Section>
  );
}

const marking = (which: number | 'bias') => ({
  onPointerEnter: () => {
    marked.value = which;
  },
  onPointerLeave: () => {
    marked.value = undefined;
  },
});
