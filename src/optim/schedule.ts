/** A schedule: the factor on a hyper-parameter when the share `progress` ∈ [0, 1) of all steps is done. */
export interface Schedule {
  readonly name: string;
  readonly about: string;
  factor(progress: number): number;
}

const cosine = (progress: number): number => 0.5 * (1 + Math.cos(Math.PI * progress));

/** Every schedule by name. */
export const schedules = {
  constant: { name: 'constant', about: '1.', factor: () => 1 },
  linear: { name: 'linear', about: '1 − t.', factor: progress => 1 - progress },
  cosine: { name: 'cosine', about: '½(1 + cos πt) (Loshchilov and Hutter 2017).', factor: cosine },
  warmup: {
    name: 'warmup',
    about: 'Linear from 0 over the first 5 %, then cosine.',
    factor: progress => (progress < 0.05 ? Math.max(progress, 1e-3) / 0.05 : cosine((progress - 0.05) / 0.95)),
  },
  'one-cycle': {
    name: 'one-cycle',
    about: 'Cosine up from 1/25 over 30 %, cosine down to 1/250,000 (Smith and Topin 2018, as PyTorch has it).',
    factor(progress) {
      const between = (from: number, to: number, t: number) => to + (from - to) * cosine(t);
      return progress < 0.3 ? between(1 / 25, 1, progress / 0.3) : between(1, 1 / 250_000, (progress - 0.3) / 0.7);
    },
  },
  coslog4: {
    name: 'coslog4',
    about: '½(1 − cos(2π log₂(1 + 15t))): four cycles, each twice as long (Holzmüller et al. 2024, RealMLP).',
    factor: progress => 0.5 * (1 - Math.cos(2 * Math.PI * Math.log2(1 + 15 * progress))),
  },
  'flat-cos': {
    name: 'flat-cos',
    about: '1 over the first half, then cosine to 0 (Holzmüller et al. 2024, RealMLP).',
    factor: progress => (progress < 0.5 ? 1 : cosine(2 * progress - 1)),
  },
} satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof schedules;
