/** From what a network says of the steps ahead to forecasts in the unit of the series, with their intervals. */
import { z } from 'zod';
import { constant, f32, type Value } from '../../graph/index.ts';
import { add, exp, max, min, mul, scalar, slice } from '../../ops/index.ts';

/** Where the truth lies with some probability around a forecast, in the standardised outputs of the network. */
export interface Interval {
  /** Share of truths between the two, such as 0.95. */
  readonly level: number;
  /** Added to the output of each step: [horizon], below and above 0. */
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** forecast = g⁻¹(base + scale · z) with g = ln when `log`; z is held within ±limit. */
export interface ForecastEncoding {
  readonly version: 1;
  readonly name: string;
  readonly task: 'forecast';
  readonly horizon: number;
  readonly log: boolean;
  /** The largest output that is believed, in scales. */
  readonly limit: number;
  /** The one that the model file writes first. */
  readonly intervals: readonly Interval[];
}

/** Forecasts [N, horizon] from outputs z [N, horizon] and what they are relative to, [N, horizon + 1]; `shift` is added to z. */
export function forecastGraph(
  { horizon, log, limit }: Pick<ForecastEncoding, 'horizon' | 'log' | 'limit'>,
  output: Value,
  anchors: Value,
  shift?: readonly number[],
): Value {
  const held = min(max(output, scalar(-limit)), scalar(limit));
  const moved = shift ? add(held, constant(f32(Float32Array.from(shift), [1, horizon]), 'interval')) : held;
  const u = add(slice(anchors, 1, 0, horizon), mul(moved, slice(anchors, 1, horizon, horizon + 1)));
  return log ? exp(u) : u;
}

const steps = z.array(z.number()).min(1).max(100_000);

export const forecastEncodingSchema = z.object({
  version: z.literal(1),
  name: z.string().max(10_000),
  task: z.literal('forecast'),
  horizon: z.int().min(1).max(100_000),
  log: z.boolean(),
  limit: z.number().positive(),
  intervals: z.array(z.object({ level: z.number().gt(0).lt(1), low: steps, high: steps })).max(10),
});

export const forecastConsistent = ({ horizon, intervals }: ForecastEncoding): boolean =>
  intervals.every(({ low, high }) => low.length === horizon && high.length === horizon);
