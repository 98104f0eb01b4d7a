import { formatNumber, formatPercent } from '../../format.ts';
import { activation } from '../../neuron/index.ts';
import { type Row, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import type { InspectedFilter, InspectedMaps } from './inspect-maps.ts';
import { heading, type Look, more } from './inspect-text.ts';

const decimal = (header: string) => ({ header, align: 'decimal' as const });
const fewMaps = 32;
const drawnMaps = 4;

/** The maps of a layer: the strongest drawn, all in figures, and where the pictures are. */
export function mapsText(found: InspectedMaps, look: Look): string {
  const { layer, row, activation: name, about, shape, maps, kernels, files, others } = found;
  const [channels, height, width] = shape as [number, number, number];
  const sorted = [...maps].sort((a, b) => Math.max(b.max, -b.min) - Math.max(a.max, -a.min));
  const shown = look.all ? sorted : sorted.slice(0, fewMaps);
  const rows: Row[] = shown.map(({ map, mean, min, max, zero }) => [map, mean, min, max, formatPercent(zero)]);
  return [
    heading(`${layer} at work on row ${row}${name ? ` (${activation(name).title})` : ''}`, look),
    about,
    `${channels} maps of ${height}×${width}${kernels > 0 ? `, ${kernels} kernels` : ''}`,
    '',
    drawn(sorted.slice(0, drawnMaps), height, width, look.terminal),
    '',
    table(['map', decimal('mean'), decimal('least'), decimal('most'), { header: 'zero', align: 'right' }], rows),
    ...more(sorted.length - shown.length, 'map'),
    '',
    'pictures (vermilion below 0, blue above):',
    ...files.map(file => `  ${file}`),
    '',
    `${others}; one output of a filter written out: --filter ${sorted[0]?.map ?? 1}`,
  ].join('\n');
}

/** Maps side by side in shades of their absolute value. */
function drawn(maps: InspectedMaps['maps'], height: number, width: number, { unicode, columns }: Terminal): string {
  const shades = unicode ? ' ░▒▓█' : ' .:*#';
  const fitting = Math.max(1, Math.min(maps.length, Math.floor((columns + 2) / (Math.min(width, 16) * 2 + 2))));
  const room = Math.floor((columns - 2 * (fitting - 1)) / fitting);
  const step = Math.max(1, Math.ceil((2 * width) / room), Math.ceil(height / 32));
  const across = Math.ceil(width / step);
  const chosen = maps.slice(0, fitting);
  const title = chosen.map(({ map }) => `map ${map}`.padEnd(2 * across)).join('  ');
  const lines = [title.trimEnd()];
  for (let y = 0; y < height; y += step) {
    const parts = chosen.map(({ values, min, max }) => {
      const largest = Math.max(max, -min) || 1;
      let line = '';
      for (let x = 0; x < width; x += step) {
        const share = Math.abs(values[y * width + x]!) / largest;
        line += shades[Math.min(shades.length - 1, Math.floor(share * shades.length))]!.repeat(2);
      }
      return line;
    });
    lines.push(parts.join('  ').trimEnd());
  }
  return lines.join('\n');
}

const fewTerms = 50;

/** One output of a filter: patch × kernel element by element, the sum, z and ŷ. */
export function filterText(found: InspectedFilter, look: Look): string {
  const { layer, filter, at, row, kernel, channels, terms, sum, bias, z, y, network, difference, chosen } = found;
  const shown = look.all ? terms : terms.slice(0, fewTerms);
  const rest = terms.slice(shown.length);
  const worked = table(
    ['channel', 'at', decimal('input x'), decimal('weight w'), decimal('product x·w')],
    [
      ...shown.map(
        (term): Row => [term.channel, term.padding ? 'padding' : term.at.join(','), term.x, term.w, term.product],
      ),
      ...(rest.length > 0
        ? [
            [
              `${rest.length} more (--all)`,
              null,
              null,
              null,
              rest.reduce((total, term) => total + term.product, 0),
            ] as Row,
          ]
        : []),
      'rule',
      ['sum', null, null, null, sum],
      ['bias', null, null, null, bias ?? 'none'],
      'rule',
      ['z', null, null, null, z],
    ],
  );
  const named = found.activation && activation(found.activation);
  const seen = `${kernel.join('×')} over ${channels.length} channel${channels.length === 1 ? '' : 's'}`;
  const where = chosen ? `${at.join(',')} (where its map is strongest; --at chooses)` : at.join(',');
  const rounding =
    difference.z === 0 && difference.y === 0
      ? 'the same'
      : `different by ${formatNumber(Math.abs(difference.z), 2)} and ${formatNumber(Math.abs(difference.y), 2)}, by rounding to float32`;
  return [
    heading(`filter ${filter} of ${layer} at work on row ${row}, at ${where}`, look),
    `kernel ${seen}`,
    '',
    worked,
    '',
    `z = ${formatNumber(z)}  (pre-activation: ${bias === null ? 'the sum, no bias' : 'sum + bias'})`,
    `ŷ = ${formatNumber(y, 4)}  (post-activation: ${named ? `${named.title}(z) = ${named.formula}` : 'z itself'})`,
    `the network itself computed z = ${formatNumber(network.z)}, ŷ = ${formatNumber(network.y, 4)}: ${rounding}`,
  ].join('\n');
}
