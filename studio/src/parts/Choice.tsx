import { useId } from 'preact/hooks';
import { says as saysOf } from '../state/says.ts';

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly onChange: (value: T) => void;
  readonly says: string;
}

/** One of some words, from a list that folds out. */
export function Choice<T extends string>({ label, value, options, onChange, says }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={event => onChange(event.currentTarget.value as T)} {...saysOf(says)}>
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
    </div>
  );
}

/** One of a few words, all of them in sight. */
export function Segments<T extends string>({ label, value, options, onChange, says }: ChoiceProps<T>) {
  return (
    <fieldset class="segments" {...saysOf(says)}>
      <legend>{label}</legend>
      <div>
        {options.map(option => (
          <button
            key={option.value}
            type="button"
            aria-pressed={option.value === value}
            onClick={() => onChange(option.value)}
          >
            {option.title}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Yes or no. */
export function Switch(props: {
  readonly label: string;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  readonly says: string;
}) {
  return (
    <label class="switch" {...saysOf(props.says)}>
      <input type="checkbox" checked={props.value} onChange={event => props.onChange(event.currentTarget.checked)} />
      {props.label}
    </label>
  );
}
