/** What a person has set once for all screens; kept by the browser. */
import { effect, type Signal, signal } from '@preact/signals';

export const themes = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];
export const motions = ['system', 'reduced', 'full'] as const;
export type Motion = (typeof motions)[number];

/** How much stands on a screen: what it is in words, or as much as fits. */
export const densities = ['learn', 'work'] as const;
export type Density = (typeof densities)[number];

const place = 'hillock.settings';

const stored = (() => {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
})();

function kept<T>(name: string, accepts: (value: unknown) => boolean, initial: T): Signal<T> {
  const value = stored[name];
  return signal(accepts(value) ? (value as T) : initial);
}

export const theme = kept<Theme>('theme', value => themes.includes(value as Theme), 'system');
export const motion = kept<Motion>('motion', value => motions.includes(value as Motion), 'system');
export const density = kept<Density>('density', value => densities.includes(value as Density), 'learn');
/** Significant digits of numbers on the screen. */
export const digits = kept<number>('digits', value => Number.isInteger(value) && (value as number) > 0, 3);
export const decimalComma = kept<boolean>('decimalComma', value => typeof value === 'boolean', false);
/** Whether single keys are shortcuts. */
export const shortcuts = kept<boolean>('shortcuts', value => typeof value === 'boolean', true);

export const settings = { theme, motion, density, digits, decimalComma, shortcuts };

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');
const still = matchMedia('(prefers-reduced-motion: reduce)');

/** The theme that is shown. */
export const shownTheme = signal<Exclude<Theme, 'system'>>('light');
/** Whether pictures keep still but for two changes a second. */
export const calm = signal(false);

const settle = (): void => {
  shownTheme.value =
    theme.value === 'system' ? (contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light') : theme.value;
  calm.value = motion.value === 'system' ? still.matches : motion.value === 'reduced';
  document.documentElement.dataset.density = density.value;
  document.documentElement.dataset.theme = shownTheme.value;
  document.documentElement.dataset.motion = calm.value ? 'reduced' : 'full';
};

/** Applies the settings and keeps them from now on. */
export function followSettings(): void {
  for (const query of [dark, contrast, still]) query.addEventListener('change', settle);
  effect(settle);
  effect(() => {
    const values = Object.fromEntries(Object.entries(settings).map(([name, state]) => [name, state.value]));
    try {
      localStorage.setItem(place, JSON.stringify(values));
    } catch {
      // A browser that keeps nothing still shows everything.
    }
  });
}
