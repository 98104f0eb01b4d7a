import { describe, expect, it } from 'vitest';
import { f32, floats, input } from '../graph/index.ts';
import { encodeModel } from '../onnx/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { calendarFields, calendarNumber, calendarValue } from './calendar.ts';

/** Every 97th day of the years −500 … 8000, days around leap days, times of day. */
const days = [
  ...Array.from({ length: 32_000 }, (_, i) => -902_000 + 97 * i),
  ...['1900-02-28', '2000-02-28', '2024-02-28', '1999-12-31', '2023-12-31'].flatMap(iso =>
    [0, 1, 2].map(more => Date.parse(iso) / 86_400_000 + more),
  ),
];
const expected = {
  year: (date: Date) => date.getUTCFullYear(),
  month: (date: Date) => date.getUTCMonth() + 1,
  weekday: (date: Date) => ((date.getUTCDay() + 6) % 7) + 1,
  hour: (date: Date) => date.getUTCHours(),
};

describe('calendar fields', () => {
  it.each(calendarFields)('%s is that of the calendar, as a number and in the graph', async field => {
    const dates = field === 'hour' ? Array.from({ length: 24 * 200 }, (_, i) => 18_000 + i / 24) : days;
    const wanted = dates.map(day => expected[field](new Date(Math.round(day * 86_400_000))));
    expect(dates.map(day => calendarNumber(field, Math.fround(day)))).toEqual(wanted);
    const x = input('date', ['N', 1]);
    const runtime = await nodeRuntime({ threads: 1 });
    const session = await runtime.open(
      encodeModel({ inputs: [x], outputs: [calendarValue(field, x)] }, { outputs: ['field'] }),
    );
    const feeds = { date: f32([...dates, Number.NaN], [dates.length + 1, 1]) };
    const found = floats((await session.run(feeds))[session.outputNames[0]!]);
    await session.close();
    expect([...found]).toEqual([...wanted, Number.NaN]);
    expect(calendarNumber(field, Number.NaN)).toBeNaN();
  });
});
