import './neuron.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { Button } from '../../parts/Button.tsx';
import { Section } from '../../parts/Section.tsx';
import { shown } from '../../state/format.ts';
import { transport } from '../../state/transport.ts';
import { Activations } from './Activations.tsx';
import { codeOf } from './code.ts';
import { Inputs } from './Inputs.tsx';
import { Learn } from './Learn.tsx';
import { Pictures } from './Pictures.tsx';
import { Plane } from './Plane.tsx';
import { send, stop, travelled } from './signal.ts';
import { fired, row, spec } from './state.ts';
import { Worked } from './Worked.tsx';

/** One neuron. */
export default function Neuron() {
  useEffect(() => stop, []);
  useSignalEffect(() => {
    const { z, y } = fired.value;
    transport.value = {
      where: 'in this page',
      playing: travelled.value !== undefined,
      step: send,
      figures: [
        { name: 'z', value: shown(z), says: 'Pre-activation: the weighted sum with the bias.' },
        { name: 'ŷ', value: shown(y), says: 'Post-activation: what the neuron passes on.' },
      ],
    };
  });
  return (
    <>
      <header class="title">
        <h1>One neuron</h1>
        <p class="lead">
          It weighs its inputs, adds them up with a bias, and passes the sum through an activation. Everything a network
          does is this, many times.
        </p>
      </header>
      <div class="neuron-grid">
        <Inputs />
        <Pictures />
        <Worked />
        <Activations />
        <Plane />
        <Learn />
        <Code />
      </div>
    </>
  );
}

function Code() {
  const copied = useSignal(false);
  const code = codeOf(spec.value, row.value);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(code).then(
      () => {
        copied.value = true;
      },
      () => undefined,
    );
    setTimeout(() => {
      copied.value = false;
    }, 2000);
  };
  return (
    <Section
      id="code"
      title="The same in TypeScript"
      aside={
        <Button onClick={copy} says="Copies the program, which runs as it stands.">
          {copied.value ? 'Copied' : 'Copy'}
        </Button>
      }
    >
      <pre class="code" tabIndex={0}>
        {code}
      </pre>
    </Section>
  );
}
