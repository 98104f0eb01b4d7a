import { useSignal } from '@preact/signals';
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
/** More are found faster by typing. */
const mostListed = 100;
/** No word of a table has it. */
const another = '\u0000';

/** One cell of a row that a model takes: one of the known words or another one, or a number; empty is missing. */
export function CellField({ field, value, onChange }: CellFieldProps) {
  const id = useId();
  const typed = useSignal(false);
  const { known = [] } = field;
  const text = value === null || value === undefined ? '' : String(value);
  const listed = known.length > 0 && known.length <= mostListed;
  const foreign = typed.value || (text !== '' && !known.includes(text));
  return (
    <div class="option">
      <label for={id}>{field.name}</label>
      {listed && !foreign ? (
        <select
          id={id}
          value={text}
          onChange={({ currentTarget }) => {
            if (currentTarget.value === another) typed.value = true;
            else onChange(currentTarget.value || null);
          }}
          {...says(`${field.name}: ${field.about}.`)}
        >
          <option value="">missing</option>
          {known.map(word => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
          <option value={another}>another …</option>
        </select>
      ) : (
        <Typed
          id={id}
          field={field}
          text={text}
          onChange={onChange}
          begin={typed.value}
          end={() => (typed.value = false)}
        />
      )}
    </div>
  );
}

interface TypedProps extends Omit<CellFieldProps, 'value'> {
  readonly id: string;
  readonly text: string;
  /** Takes the focus. */
  readonly begin: boolean;
  readonly end: () => void;
}

function Typed({ id, field, text, onChange, begin, end }: TypedProps) {
  const { known = [] } = field;
  const list = `${id}-words`;
  return (
    <>
      <input
        id={id}
        type="text"
        inputMode={isNumber(field) ? 'decimal' : 'text'}
        list={known.length > 0 ? list : undefined}
        value={text}
        placeholder="missing"
        ref={input => {
          if (begin && document.activeElement?.id !== id) input?.focus();
        }}
        onInput={event => {
          const now = event.currentTarget.value.trim();
          const number = Number(now.replace(',', '.'));
          onChange(now === '' ? null : isNumber(field) && Number.isFinite(number) ? number : now);
        }}
        onBlur={end}
        {...says(`${field.name}: ${field.about}. Empty is missing.`)}
      />
      {known.length > 0 && (
        <datalist id={list}>
          {known.map(word => (
            <option key={word} value={word} />
          ))}
        </datalist>
      )}
    </>
  );
}
