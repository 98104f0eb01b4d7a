import './neuron.css';
import { Activations } from './Activations.tsx';
import { Inputs } from './Inputs.tsx';
import { Worked } from './Worked.tsx';

/** One neuron. */
export default function Neuron() {
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
        <Activations />
        <Worked />
      </div>
    </>
  );
}
