import { formatNumber } from '../../format.ts';
import type { InspectedLayer, InspectedNeuron } from '../../job/inspect.ts';
import { activation, neuron as neuronOf } from '../../neuron/index.ts';
import { type Row, table } from '../table.ts';
import { heading, type Look, more } from './inspect-text.ts';
import { activationPlot } from './neuron-text.ts';

const fewTerms = 20;
const fewNeurons = 32;
const decimal = (header: string) => ({ header, align: 'decimal' as const });

/** The numbers that come out of a layer for one row, largest first. */
export function layerText(found: InspectedLayer, look: Look): string {
  const { layer, about, activation: name, members, member, row, neurons } = found;
  const sorted = [...neurons].sort((a, b) => Math.abs(b.y) - Math.abs(a.y));
  const shown = look.all ? sorted : sorted.slice(0, fewNeurons);
  const hasZ = neurons[0]?.z !== null;
  const columns = ['', ...(hasZ ? [decimal('z')] : []), decimal('ŷ')];
  const rows: Row[] = shown.map(({ name: label, z, y }) => [label, ...(hasZ ? [z] : []), y]);
  const of = members > 1 ? `, member ${member} of ${members}` : '';
  return [
    heading(`${layer} at work on row ${row}${name ? ` (${activation(name).title})` : ''}${of}`, look),
    about,
    '',
    table(columns, rows),
    ...more(sorted.length - shown.length, 'value'),
  ].join('\n');
}

/** The worked calculation of a neuron, largest products first. */
export function neuronText(found: InspectedNeuron, look: Look): string {
  const { name, row, member, members, terms, sum, bias, z, y, network, difference, absent, reading } = found;
  const { title, formula } = activation(found.activation);
  const sorted = [...terms].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const shown = look.all ? sorted : sorted.slice(0, fewTerms);
  const rest = sorted.slice(shown.length);
  const worked = table(
    [{ header: 'input', max: 40 }, decimal('input x'), decimal('weight w'), decimal('product x·w')],
    [
      ...shown.map((term): Row => [term.name, term.x, term.w, term.product]),
      ...(rest.length > 0
        ? [[`${rest.length} more (--all)`, null, null, rest.reduce((total, term) => total + term.product, 0)] as Row]
        : []),
      'rule',
      ['sum', null, null, sum],
      ['bias', null, null, bias ?? 'none'],
      'rule',
      ['z', null, null, z],
    ],
  );
  const of = members > 1 ? `, member ${member} of ${members} (--member chooses)` : '';
  const plotted = neuronOf({ weights: [1], activation: found.activation });
  return [
    heading(`${name} at work on row ${row}${of}`, look),
    '',
    worked,
    ...(absent > 0 ? [`${absent} synapses do not exist (masked)`] : []),
    '',
    `z = ${formatNumber(z)}  (pre-activation: ${bias === null ? 'the sum, no bias' : 'sum + bias'})`,
    `ŷ = ${formatNumber(y, 4)}  (post-activation: ${title}(z) = ${formula})`,
    ...(reading ? [reading] : []),
    `the network itself computed z = ${formatNumber(network.z)}, ŷ = ${formatNumber(network.y, 4)}: ${differenceText(difference)}`,
    '',
    activationPlot(plotted, { terms: [], sum, bias: bias ?? undefined, z, y }, look.terminal),
  ].join('\n');
}

const differenceText = ({ z, y }: InspectedNeuron['difference']): string =>
  z === 0 && y === 0
    ? 'the same'
    : `different by ${formatNumber(Math.abs(z), 2)} and ${formatNumber(Math.abs(y), 2)}, by rounding to float32`;
