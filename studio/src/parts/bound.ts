import type { Signal } from '@preact/signals';

/** What a field needs to show a signal and to set it. */
export const bound = <T>(signal: Signal<T>) => ({
  value: signal.value,
  onChange(value: T): void {
    signal.value = value;
  },
});

/** The same for whole numbers. */
export const boundWhole = (signal: Signal<number>) => ({
  value: signal.value,
  onChange(value: number): void {
    signal.value = Math.round(value);
  },
});
