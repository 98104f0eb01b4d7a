import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { shown } from '../state/format.ts';
import { says as saysOf } from '../state/says.ts';

export interface NumberFieldProps {
  readonly label: ComponentChildren;
  /** Its name for screen readers, where the label is a formula. */
  readonly name?: string;
  readonly value: number;
  readonly onChange: (value: number) => void;
  readonly says: string;
  /** Ends of the slider; none without both. Typed numbers may lie outside. */
  readonly low?: number;
  readonly high?: number;
  readonly step?: number;
  /** The least and the most that may be typed. */
  readonly least?: number;
  readonly most?: number;
  /** The slider runs over powers of ten. */
  readonly logarithmic?: boolean;
}

/** A number to type and, with both ends, to slide. */
export function NumberField(props: NumberFieldProps) {
  const { label, name, value, onChange, says, low, high, step = 0.1, least, most, logarithmic = false } = props;
  const id = useId();
  const typed = useSignal<string | undefined>(undefined);
  const read = (text: string): number | undefined => {
    const number = Number(text.replace('−', '-').replace(',', '.'));
    const allowed = number >= (least ?? -Infinity) && number <= (most ?? Infinity);
    return text.trim() !== '' && Number.isFinite(number) && allowed ? number : undefined;
  };
  const take = (text: string): void => {
    const number = read(text);
    if (number !== undefined) onChange(number);
  };
  const refused = typed.value !== undefined && read(typed.value) === undefined;
  const slides = low !== undefined && high !== undefined;
  const place = logarithmic ? Math.log10(value) : value;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="decimal"
        class="number"
        aria-label={name}
        aria-invalid={refused}
        aria-describedby={refused ? `${id}-refused` : undefined}
        value={typed.value ?? shown(value, 5)}
        {...saysOf(says)}
        onInput={event => {
          typed.value = event.currentTarget.value;
          take(event.currentTarget.value);
        }}
        onBlur={() => {
          typed.value = undefined;
        }}
        onKeyDown={event => {
          const way = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
          if (way === 0) return;
          event.preventDefault();
          typed.value = undefined;
          take(String(logarithmic ? value * 10 ** (way * step) : rounded(value + way * step)));
        }}
      />
      {refused && (
        <span id={`${id}-refused`} class="refused" role="alert">
          {wanted(least, most)}; it stays {shown(value, 5)}
        </span>
      )}
      {slides && (
        <input
          type="range"
          min={logarithmic ? Math.log10(low) : low}
          max={logarithmic ? Math.log10(high) : high}
          step={logarithmic ? 'any' : step}
          value={place}
          aria-label={`${name ?? (typeof label === 'string' ? label : 'value')}, slider`}
          aria-valuetext={shown(value)}
          {...saysOf(says)}
          onInput={event => {
            const at = Number(event.currentTarget.value);
            take(String(logarithmic ? Number((10 ** at).toPrecision(2)) : rounded(at)));
          }}
        />
      )}
    </div>
  );
}

const wanted = (least: number | undefined, most: number | undefined): string => {
  if (least !== undefined && most !== undefined) return `a number from ${shown(least)} to ${shown(most)}`;
  if (least !== undefined) return `a number of at least ${shown(least)}`;
  return most === undefined ? 'a number' : `a number of at most ${shown(most)}`;
};

const rounded = (value: number): number => Number(value.toPrecision(10));
