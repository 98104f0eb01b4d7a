/** What those who use a model should know of it: plain data, as model-card.json holds it. */
import type { Report } from '../job/index.ts';
import type { Part } from '../train/index.ts';
import type { Gate, Scored } from './gate.ts';
import type { Interval, Method } from './interval.ts';

/** What tells that a folder was written by this program. */
export const cardKind = 'hillock-model-card';

export interface Share {
  readonly value: number;
  readonly interval: Interval;
}

/** How often a class was found, and how often it was there when it was said to be. */
export interface ClassScores {
  readonly label: string;
  readonly rows: number;
  readonly recall: Share | null;
  readonly precision: Share | null;
}

export interface CardMetric extends Scored {
  readonly about: string;
  readonly better: 'higher' | 'lower';
  /** On the same rows. */
  readonly trivial: number | null;
  readonly linear: number | null;
}

/** One thing that a request gives. */
export interface CardInput {
  readonly name: string;
  readonly about: string;
}

export interface CardContent {
  readonly kind: typeof cardKind;
  readonly version: 1;
  readonly name: string;
  /** When this card was written. */
  readonly created: string;
  readonly hillock: string;
  readonly model: {
    readonly file: string;
    readonly sha256: string;
    readonly bytes: number;
    readonly parameters: number;
    readonly created: string;
  };
  readonly task: Report['task'];
  readonly target: string;
  readonly classes: readonly string[] | null;
  readonly inputs: readonly CardInput[];
  readonly data: Pick<Report, 'source' | 'testSource' | 'fingerprint' | 'rows' | 'split' | 'columns' | 'warnings'>;
  readonly training: Pick<
    Report,
    'network' | 'epochs' | 'bestEpoch' | 'stopped' | 'seed' | 'seconds' | 'device' | 'environment' | 'options'
  >;
  /** The part that everything below was found on. */
  readonly part: Part;
  readonly gate: Gate;
  readonly confidence: number;
  readonly methods: Readonly<Record<Method, string>>;
  readonly metrics: readonly CardMetric[];
  readonly trivial: string;
  readonly classScores: readonly ClassScores[] | null;
  readonly residuals: Report['residuals'];
  readonly forecast:
    | (Pick<
        NonNullable<Report['forecast']>,
        'horizon' | 'window' | 'step' | 'series' | 'known' | 'past' | 'fixed' | 'coverage'
      > & { readonly baselines: NonNullable<Report['forecast']>['rolling']['test']['baselines'] })
    | null;
  readonly limits: readonly string[];
}

export interface ModelCard extends CardContent {
  /** SHA-256 of the other files of the folder. */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the text of this card without its seal. */
  readonly seal: string;
}
