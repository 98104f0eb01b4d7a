import type { ActivationName } from 'hillock/neuron';
import type { ComponentChildren, VNode } from 'preact';
import { Value } from '../../parts/Formula.tsx';
import { shown } from '../../state/format.ts';
import { activationName, fired } from './state.ts';

const power = (exponent: ComponentChildren): VNode => (
  <msup>
    <mi>e</mi>
    <mrow>{exponent}</mrow>
  </msup>
);

const negated = (z: number): string => shown(-z);

const larger = (z: number): VNode => (
  <>
    <mi>max</mi>
    <mtext>(</mtext>
    <mn>0</mn>
    <mo>,</mo>
    <Value of={z} />
    <mtext>)</mtext>
  </>
);

const times = (factor: string, z: number): VNode => (
  <>
    <mn>{factor}</mn>
    <mo>·</mo>
    <Value of={z} bracketed />
  </>
);

const exponentialLess = (z: number): VNode => (
  <>
    {power(<mn>{shown(z)}</mn>)}
    <mo>−</mo>
    <mn>1</mn>
  </>
);

const logistic = (z: number): VNode => (
  <mfrac>
    <mn>1</mn>
    <mrow>
      <mn>1</mn>
      <mo>+</mo>
      {power(<mn>{negated(z)}</mn>)}
    </mrow>
  </mfrac>
);

const softplus = (z: number): VNode => (
  <>
    <mi>ln</mi>
    <mtext>(</mtext>
    <mn>1</mn>
    <mo>+</mo>
    {power(<mn>{shown(z)}</mn>)}
    <mtext>)</mtext>
  </>
);

/** Each activation with z in its place, typeset; where it has cases, the one that z falls in. */
const written: Readonly<Record<ActivationName, (z: number) => VNode>> = {
  step: z => <mtext>{z > 0 ? `1, because ${shown(z)} > 0` : `0, because ${shown(z)} ≤ 0`}</mtext>,
  relu: larger,
  sigmoid: logistic,
  tanh: z => (
    <mfrac>
      <mrow>
        {power(<mn>{shown(z)}</mn>)}
        <mo>−</mo>
        {power(<mn>{negated(z)}</mn>)}
      </mrow>
      <mrow>
        {power(<mn>{shown(z)}</mn>)}
        <mo>+</mo>
        {power(<mn>{negated(z)}</mn>)}
      </mrow>
    </mfrac>
  ),
  linear: z => <Value of={z} />,
  'leaky-relu': z => (z > 0 ? <Value of={z} /> : times('0.01', z)),
  elu: z => (z > 0 ? <Value of={z} /> : exponentialLess(z)),
  selu: z =>
    z > 0 ? (
      times('1.0507', z)
    ) : (
      <>
        <mn>1.0507</mn>
        <mo>·</mo>
        <mn>1.6733</mn>
        <mtext>(</mtext>
        {exponentialLess(z)}
        <mtext>)</mtext>
      </>
    ),
  gelu: z => (
    <>
      <Value of={z} />
      <mo>·</mo>
      <mi>Φ</mi>
      <mtext>(</mtext>
      <Value of={z} />
      <mtext>)</mtext>
    </>
  ),
  silu: z => (
    <>
      <Value of={z} />
      <mo>·</mo>
      {logistic(z)}
    </>
  ),
  mish: z => (
    <>
      <Value of={z} />
      <mo>·</mo>
      <mi>tanh</mi>
      <mtext>(</mtext>
      {softplus(z)}
      <mtext>)</mtext>
    </>
  ),
  softplus,
};

/** f(z) with the number of z in it. */
export function ActivationWithNumbers() {
  return <mrow>{written[activationName.value](fired.value.z)}</mrow>;
}
