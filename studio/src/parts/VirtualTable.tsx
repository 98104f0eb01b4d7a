import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { says as saysOf } from '../state/says.ts';

export interface VirtualTableProps {
  /** What the table holds, for those who do not see it. */
  readonly label: string;
  readonly names: readonly string[];
  readonly total: number;
  /** The cells of a row; undefined while it is on its way. */
  readonly row: (index: number) => readonly (string | number | null)[] | undefined;
  /** Hears which rows are in sight. */
  readonly onRange?: (from: number, to: number) => void;
  /** Whether a column holds numbers, which stand to the right. */
  readonly isNumber: (column: number) => boolean;
  readonly says: string;
}

const height = 28;
/** Taller elements than this are cut off by browsers; beyond it the scroll bar stands for places, not for pixels. */
const tallest = 8_000_000;

/** A table of any length that holds the rows in sight alone. */
export function VirtualTable({ label, names, total, row, onRange, isNumber, says }: VirtualTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const view = useSignal(360);
  useEffect(() => {
    const sizes = new ResizeObserver(() => {
      view.value = box.current?.clientHeight ?? 360;
    });
    sizes.observe(box.current!);
    return () => sizes.disconnect();
  }, []);
  const whole = Math.min(tallest, total * height);
  const fits = Math.ceil(view.value / height);
  const scale = whole < tallest ? height : (whole - view.value) / Math.max(1, total - fits + 1);
  const first = Math.max(0, Math.min(total - 1, Math.floor(top.value / scale)));
  const last = Math.min(total, first + fits + 2);
  useEffect(() => onRange?.(first, last), [first, last, total]);
  const above = Math.min(first * scale, Math.max(0, whole - (last - first) * height));
  const shown = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
  return (
    <div
      class="virtual"
      ref={box}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={event => {
        top.value = event.currentTarget.scrollTop;
      }}
      {...saysOf(says)}
    >
      <table
        aria-rowcount={total + 1}
        style={{ marginBlock: `${above}px ${Math.max(0, whole - above - (last - first) * height)}px` }}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" class="index">
              row
            </th>
            {names.map((name, i) => (
              <th key={name} scope="col" class={isNumber(i) ? 'numeric' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map(index => {
            const cells = row(index);
            return (
              <tr key={index} aria-rowindex={index + 2}>
                <th scope="row" class="index">
                  {index + 1}
                </th>
                {names.map((name, i) => (
                  <td key={name} class={isNumber(i) ? 'numeric' : undefined}>
                    {cells ? (cells[i] ?? <span class="none">–</span>) : '…'}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
