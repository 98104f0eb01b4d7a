/** Data of two inputs to learn from: questions that are told by one record each. */
import { type LabTask, random } from 'hillock/lab';
import { type Formula, readFormula } from './formula.ts';

/** A place in the plane and what belongs there. */
export interface Sample {
  readonly x1: number;
  readonly x2: number;
  readonly target: number;
}

/** Every place lies within ± this. */
export const reach = 3;

interface Draw {
  /** Uniform between two numbers. */
  between(low: number, high: number): number;
  /** Normal around 0. */
  normal(): number;
}

export interface DataKind {
  readonly title: string;
  readonly task: LabTask;
  readonly says: string;
  /** Of several classes, how many. */
  readonly classes?: number;
  /** Nothing is made: a person brings points, or a table. */
  readonly own?: 'points' | 'table';
  /** One sample without noise; `share` goes from 0 to 1 over the samples. */
  readonly make?: (draw: Draw, share: number, formula: Formula) => Sample;
}

const turn = (angle: number, radius: number) => ({ x1: radius * Math.cos(angle), x2: radius * Math.sin(angle) });
const anywhere = ({ between }: Draw) => ({ x1: between(-reach, reach), x2: between(-reach, reach) });

const kinds = {
  circle: {
    title: 'Circle',
    task: 'binary',
    says: 'A disc within a ring: no line can tell them apart.',
    make({ between }, share) {
      const inside = share < 0.5;
      const radius = inside ? Math.sqrt(between(0, 1)) * 1.2 : between(1.9, 2.8);
      return { ...turn(between(0, 2 * Math.PI), radius), target: inside ? 1 : 0 };
    },
  },
  xor: {
    title: 'XOR',
    task: 'binary',
    says: 'Opposite corners belong together: one line is not enough.',
    make({ between }, share) {
      const corner = Math.floor(share * 4) % 4;
      const [a, b] = [corner % 2 === 0 ? 1 : -1, corner < 2 ? 1 : -1];
      return { x1: a * between(0.3, 2.7), x2: b * between(0.3, 2.7), target: a * b < 0 ? 1 : 0 };
    },
  },
  gauss: {
    title: 'Clouds',
    task: 'binary',
    says: 'Two clouds: one neuron is enough.',
    make({ normal }, share) {
      const side = share < 0.5 ? 1 : -1;
      return { x1: side * 1.3 + normal() * 0.55, x2: side * 1.3 + normal() * 0.55, target: side > 0 ? 1 : 0 };
    },
  },
  spiral: {
    title: 'Spiral',
    task: 'binary',
    says: 'Two arms around one another: the hard one.',
    make(_, share) {
      const arm = share < 0.5 ? 0 : 1;
      const along = (share * 2) % 1;
      return { ...turn(along * 3.5 * Math.PI + arm * Math.PI, 0.25 + along * 2.5), target: arm };
    },
  },
  moons: {
    title: 'Moons',
    task: 'binary',
    says: 'Two half moons that reach into one another.',
    make({ between }, share) {
      const upper = share < 0.5;
      const angle = between(0, Math.PI);
      const at = upper ? turn(angle, 1.6) : turn(-angle, 1.6);
      return { x1: at.x1 + (upper ? -0.8 : 0.8), x2: at.x2 + (upper ? -0.3 : 0.3), target: upper ? 1 : 0 };
    },
  },
  wave: {
    title: 'Wave',
    task: 'regression',
    says: 'A number for each place, sin(x₁) · cos(x₂): regression.',
    make(draw) {
      const place = anywhere(draw);
      return { ...place, target: Math.sin(place.x1 * 1.2) * Math.cos(place.x2 * 0.9) };
    },
  },
  arms: {
    title: 'Three arms',
    task: 'multiclass',
    classes: 3,
    says: 'Three classes that wind around the middle: an answer for each of them.',
    make({ normal }, share) {
      const arm = Math.min(2, Math.floor(share * 3));
      const along = (share * 3) % 1;
      const angle = (arm * 2 * Math.PI) / 3 + along * 1.9 + 0.08 * normal();
      return { ...turn(angle, 0.3 + along * 2.4), target: arm };
    },
  },
  formula: {
    title: 'Formula',
    task: 'binary',
    says: 'Your own: a place belongs to 1 where y > f(x).',
    make(draw, _, formula) {
      const place = anywhere(draw);
      return { ...place, target: place.x2 > formula({ x: place.x1 }) ? 1 : 0 };
    },
  },
  drawn: {
    title: 'Drawn',
    task: 'binary',
    own: 'points',
    says: 'Your own points: click into the picture on the right, or type them.',
  },
  table: {
    title: 'Own table',
    task: 'binary',
    own: 'table',
    says: 'A table of your own: paste rows, drop a file, or take one of the Data screen.',
  },
} as const satisfies Readonly<Record<string, DataKind>>;

export type DataName = keyof typeof kinds;
export const dataKinds: Readonly<Record<DataName, DataKind>> = kinds;
export const dataNames = Object.keys(kinds) as DataName[];

export interface DataChoice {
  readonly name: DataName;
  readonly count: number;
  /** Standard deviation of what is added to each place (to the target of a regression). */
  readonly noise: number;
  readonly seed: number;
  readonly formula: string;
  readonly drawn: readonly Sample[];
}

/** The samples of a choice, in an order that mixes the classes; the same for the same choice, none of a table. Throws `NoFormula`. */
export function samplesOf({ name, count, noise, seed, formula, drawn }: DataChoice): readonly Sample[] {
  const { own, task, make } = dataKinds[name];
  if (!make) return own === 'points' ? drawn : [];
  const read = readFormula(formula, ['x']);
  const rng = random(seed).split('data', name);
  const draw: Draw = { between: (low, high) => low + (high - low) * rng.uniform(), normal: () => rng.normal() };
  const samples = Array.from({ length: count }, (_, i) => {
    const { x1, x2, target } = make(draw, i / count, read);
    const shift = (): number => noise * rng.normal();
    return task === 'regression'
      ? { x1, x2, target: target + shift() }
      : { x1: x1 + shift(), x2: x2 + shift(), target };
  });
  for (let i = samples.length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    [samples[i], samples[j]] = [samples[j]!, samples[i]!];
  }
  return samples;
}
