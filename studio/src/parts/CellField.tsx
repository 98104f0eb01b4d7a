import type { Signature } from 'hillock/studio';
import { useId } from 'preact/hooks';
import { says } from '../state/says.ts';

export type FieldOf = Signature['fields'][number];

export interface CellFieldProps {
  readonly field: FieldOf;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
}

const isNumber = ({ schema }: FieldOf): boolean => JSON.stringify(schema).includes('"type":"number"');

/** One cell of a row that a model takes: words to choose from, or a number; empty is missing. */
export function CellField({ field, value, onChange }: CellFieldProps) {
  const id = useId();
  const list = `${id}-words`;
  const words = [...field.about.matchAll(/"([^"]+)"/g)].map(([, word]) => word!);
  return (
    <div class="option">
      <label for={id}>{field.name}</label>
      <input
        id={id}
        type="text"
        inputMode={isNumber(field) ? 'decimal' : 'text'}
        list={words.length > 0 ? list : undefined}
        value={value === null || value === undefined ? '' : String(value)}
        placeholder="missing"
        onInput={event => {
          const text = event.currentTarget.value.trim();
          const number = Number(text.replace(',', '.'));
          onChange(text === '' ? null : isNumber(field) && Number.isFinite(number) ? number : text);
        }}
        {...says(`${field.name}: ${field.about}. Empty is missing.`)}
      />
      {words.length > 0 && (
        <datalist id={list}>
          {words.map(word => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
    </div>
  );
}
