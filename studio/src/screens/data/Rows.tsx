import { useSignal } from '@preact/signals';
import type { RowsAnswer } from 'hillock/studio';
import { useEffect, useRef } from 'preact/hooks';
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
  const pages = useRef(new Map<number, RowsAnswer['rows'] | 'asked'>());
  const arrived = useSignal(0);
  useEffect(() => {
    pages.current.clear();
    arrived.value++;
  }, [from, total]);
  const fetchPage = (index: number): void => {
    if (pages.current.has(index)) return;
    const kept = pages.current;
    kept.set(index, 'asked');
    api.rows(from, index * page, page).then(
      ({ rows }) => {
        kept.set(index, rows);
        if (from === source.peek()) arrived.value++;
      },
      () => kept.delete(index),
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
          const found = pages.current.get(Math.floor(index / page));
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
