import type { RunRow } from 'hillock/studio';
import { Choice } from './Choice.tsx';

/** One of the runs that can be shown; the one of the address also where it is none of them. */
export function RunChoice({
  shown,
  ready,
  onChange,
  says,
}: {
  readonly shown: string;
  readonly ready: readonly RunRow[];
  readonly onChange: (id: string) => void;
  readonly says: string;
}) {
  return (
    <Choice
      label="Run"
      value={shown}
      options={[
        ...(ready.some(({ id }) => id === shown) ? [] : [{ value: shown, title: shown }]),
        ...ready.map(({ id, target }) => ({ value: id, title: target ? `${id}: ${target}` : id })),
      ]}
      onChange={onChange}
      says={says}
    />
  );
}
