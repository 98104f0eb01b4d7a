import { useSignal } from '@preact/signals';
import type { RowsAnswer } from 'hillock/studio';
import { useMemo } from 'preact/hooks';
import { api } from '../../api/client.ts';
import { Section } from '../../parts/Section.tsx';
import { VirtualTable } from '../../parts/VirtualTable.tsx';
import { whole } from '../../state/format.ts';
import { source, table } from './state.ts';

const page = 200;

/** The rows of a table, fetched as they come into sight. */
export function Rows() {
  const { rows: total, columns } = table.value!;
  const from = source.value;
  const pages = useMemo(() => new Map<number, RowsAnswer['rows'] | 'asked'>(), [from, total]);
  const arrived = useSignal(0);
  const fetchPage = (index: number): void => {
    if (pages.has(index)) return;
    pages.set(index, 'asked');
    api.rows(from, index * page, page).then(
      ({ rows }) => {
        pages.set(index, rows);
        arrived.value++;
      },
      () => pages.delete(index),
    );
  };
  arrived.value;
  return (
    <Section id="rows" title={`${whole(total)} rows`}>
      <VirtualTable
        key={from}
        label="Rows of the table"
        names={columns.map(({ column }) => column)}
        total={total}
        isNumber={i => columns[i]?.type === 'number'}
        row={index => {
          const found = pages.get(Math.floor(index / page));
          return found === 'asked' ? undefined : found?.[index % page];
        }}
        onRange={(first, last) => {
          for (let i = Math.floor(first / page); i <= Math.floor(Math.max(first, last - 1) / page); i++) fetchPage(i);
        }}
        says="The rows as they were read; a dash is a missing value. Arrow keys and Page Down scroll."
      />
    </Section>
  );
}
