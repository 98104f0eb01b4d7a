import type { Random } from '../../random.ts';
import { makeTable, numberColumn, type Table, textColumn } from '../table.ts';

const districts = [
  { name: 'centre', factor: 1.5 },
  { name: 'riverside', factor: 1.3 },
  { name: 'garden city', factor: 1.1 },
  { name: 'old town', factor: 1.0 },
  { name: 'station', factor: 0.85 },
  { name: 'industrial', factor: 0.7 },
];
const heatings = ['gas', 'oil', 'district', 'heat pump'];

interface House {
  district: string;
  area: number;
  rooms: number;
  built: number | null;
  garden: number;
  heating: string | null;
  condition: string;
  distance: number;
  price: number;
}

function house(rng: Random): House {
  const district = districts[rng.below(districts.length)]!;
  const area = Math.round(Math.min(320, Math.max(35, 60 * Math.exp(0.6 + 0.4 * rng.normal()))));
  const rooms = Math.max(1, Math.round(area / 28 + 0.8 * rng.normal()));
  const built = 1900 + Math.floor(124 * rng.uniform() ** 0.7);
  const garden = rng.uniform() < 0.4 ? 0 : Math.round(400 * rng.uniform() ** 2);
  const heating = rng.below(heatings.length);
  const condition = rng.below(3);
  const distance = Math.round(150 * rng.uniform()) / 10;
  const age = 2024 - built;
  const perSquareMetre = 3200 * district.factor * (1 - 0.35 * Math.sin((Math.PI * Math.min(age, 90)) / 180));
  const worth = area * perSquareMetre * (0.85 + 0.15 * condition) * Math.exp(-0.02 * distance);
  const price = (worth + 180 * garden + 4000 * rooms + (heating === 3 ? 12000 : 0)) * Math.exp(0.08 * rng.normal());
  return {
    district: district.name,
    area,
    rooms,
    built: rng.uniform() < 0.03 ? null : built,
    garden,
    heating: rng.uniform() < 0.02 ? null : heatings[heating]!,
    condition: ['poor', 'fair', 'good'][condition]!,
    distance,
    price: Math.round(price / 500) * 500,
  };
}

function make(rng: Random): Table {
  const drawn = Array.from({ length: 2000 }, () => house(rng));
  return makeTable(
    'demo:houses',
    [
      textColumn(
        'district',
        drawn.map(h => h.district),
      ),
      numberColumn(
        'area',
        drawn.map(h => h.area),
      ),
      numberColumn(
        'rooms',
        drawn.map(h => h.rooms),
      ),
      numberColumn(
        'built',
        drawn.map(h => h.built),
      ),
      numberColumn(
        'garden',
        drawn.map(h => h.garden),
      ),
      textColumn(
        'heating',
        drawn.map(h => h.heating),
      ),
      textColumn(
        'condition',
        drawn.map(h => h.condition),
      ),
      numberColumn(
        'distance',
        drawn.map(h => h.distance),
      ),
      numberColumn(
        'price',
        drawn.map(h => h.price),
      ),
    ],
    { target: 'price' },
  );
}

/** House prices with categories and missing cells. */
export const houses = {
  name: 'houses',
  title: 'house prices: area, district, age, condition',
  kind: 'table',
  task: 'regression',
  target: 'price',
  make,
} as const;
