import type { Random } from '../../random.ts';
import { makeTable, numberColumn, type Table, textColumn } from '../table.ts';

interface Person {
  gender: string;
  age: number;
  height: number;
  weight: number;
  activity: string | null;
  meals: string | null;
  vegetables: number | null;
  water: number | null;
  smokes: string;
  obese: string;
}

const activities = ['none', 'some', 'regular', 'daily'];

function person(rng: Random): Person {
  const man = rng.uniform() < 0.5;
  const age = Math.round(18 + 62 * rng.uniform() ** 1.3);
  const height = (man ? 1.76 : 1.63) + 0.07 * rng.normal();
  const activity = Math.min(3, Math.floor(4 * rng.uniform() ** 1.2));
  const fast = Math.min(2, Math.floor(3 * rng.uniform()));
  const vegetables = Math.min(5, Math.max(0, Math.round(2.5 + 1.2 * rng.normal() - 0.4 * fast)));
  const bmi =
    28 + 0.05 * (age - 40) - 1.4 * (activity - 1) + 1.6 * (fast - 1) - 0.4 * (vegetables - 2) + 4 * rng.normal();
  const measured = Math.max(16, bmi) + 0.6 * rng.normal();
  const lost = (share: number): boolean => rng.uniform() < share;
  return {
    gender: man ? 'male' : 'female',
    age,
    height: Math.round(height * 100) / 100,
    weight: Math.round(Math.max(16, bmi) * height ** 2 * 10) / 10,
    activity: lost(0.03) ? null : activities[activity]!,
    meals: lost(0.02) ? null : ['home', 'mixed', 'fast food'][fast]!,
    vegetables: lost(0.04) ? null : vegetables,
    water: lost(0.05) ? null : Math.round((1 + 2 * rng.uniform()) * 10) / 10,
    smokes: rng.uniform() < 0.2 ? 'yes' : 'no',
    obese: measured >= 30 ? 'yes' : 'no',
  };
}

function make(rng: Random): Table {
  const people = Array.from({ length: 2000 }, () => person(rng));
  return makeTable(
    'demo:obesity',
    [
      textColumn(
        'gender',
        people.map(p => p.gender),
      ),
      numberColumn(
        'age',
        people.map(p => p.age),
      ),
      numberColumn(
        'height',
        people.map(p => p.height),
      ),
      numberColumn(
        'weight',
        people.map(p => p.weight),
      ),
      textColumn(
        'activity',
        people.map(p => p.activity),
      ),
      textColumn(
        'meals',
        people.map(p => p.meals),
      ),
      numberColumn(
        'vegetables',
        people.map(p => p.vegetables),
      ),
      numberColumn(
        'water',
        people.map(p => p.water),
      ),
      textColumn(
        'smokes',
        people.map(p => p.smokes),
      ),
      textColumn(
        'obese',
        people.map(p => p.obese),
      ),
    ],
    { target: 'obese' },
  );
}

/** People with height, weight and habits; obese when the body mass index, measured with an error, is at least 30. */
export const obesity = {
  name: 'obesity',
  title: 'people: height, weight and habits; obese or not (body mass index ≥ 30, measured with an error)',
  kind: 'table',
  task: 'binary',
  target: 'obese',
  make,
} as const;
