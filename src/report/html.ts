/** Pieces of a page without a script; every text that comes from data goes through `escaped`. */
import { escaped, type Figure, figureNumbers, figureSvg, formatNumber, palettes } from '../draw/index.ts';

export { escaped };

const mostRows = 400;
const width = 640;

export type Cell = string | number | null;

const shown = (cell: Cell): string =>
  cell === null || (typeof cell === 'number' && !Number.isFinite(cell))
    ? '–'
    : escaped(typeof cell === 'number' ? formatNumber(cell, 5) : cell);

const cellOf = (cell: Cell, tag: 'td' | 'th'): string =>
  `<${tag}${tag === 'th' ? ' scope="row"' : ''}${typeof cell === 'number' ? ' class="n"' : ''}>${shown(cell)}</${tag}>`;

/** A table with a caption; the first cell of a row names it. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const body = rows
    .slice(0, mostRows)
    .map(row => `<tr>${row.map((cell, i) => cellOf(cell, i === 0 ? 'th' : 'td')).join('')}</tr>`);
  const more = rows.length > mostRows ? `<p class="soft">and ${rows.length - mostRows} more rows</p>` : '';
  const heads = head.map(name => `<th scope="col">${escaped(name)}</th>`).join('');
  return `<div class="table" tabindex="0" role="region" aria-label="${escaped(caption)}"><table><caption>${escaped(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>${body.join('')}</tbody></table></div>${more}`;
}

/** A list of names and what they are. */
export const facts = (entries: readonly (readonly [name: string, value: string])[]): string =>
  `<dl>${entries.map(([name, value]) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`;

/** A picture for light and for dark pages, a sentence under it, and its numbers. */
export function figure(one: Figure): string {
  const drawn = (['light', 'dark'] as const).map(
    name =>
      `<div class="${name}">${figureSvg(one, { width, palette: palettes[name], prefix: `${one.id}-${name}` })}</div>`,
  );
  const { caption, head, rows } = figureNumbers(one);
  return `<figure id="${escaped(one.id)}"><h3>${escaped(one.title)}</h3>${drawn.join('')}<figcaption>${escaped(one.says)}</figcaption><details><summary>Numbers of ${escaped(one.title)}</summary>${table(caption, head, rows)}</details></figure>`;
}

export const section = (id: string, title: string, content: readonly string[]): string => {
  const whole = content.filter(part => part !== '').join('\n');
  return whole === ''
    ? ''
    : `<section aria-labelledby="${id}-title" id="${id}"><h2 id="${id}-title">${escaped(title)}</h2>\n${whole}\n</section>`;
};

export const paragraph = (text: string, kind = ''): string =>
  text === '' ? '' : `<p${kind === '' ? '' : ` class="${kind}"`}>${escaped(text)}</p>`;

export const list = (items: readonly string[]): string =>
  items.length === 0 ? '' : `<ul>${items.map(item => `<li>${escaped(item)}</li>`).join('')}</ul>`;

export const code = (text: string): string => `<pre tabindex="0"><code>${escaped(text)}</code></pre>`;
