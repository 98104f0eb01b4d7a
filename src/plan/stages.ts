/** Which layers stand on which stage of a pipeline. */
import { everyJobLayer, flopsOf, type Job, type JobLayer } from './job.ts';

export interface Stage {
  readonly layers: readonly JobLayer[];
  readonly first: boolean;
  readonly last: boolean;
}

/** Stages that hold the same layers: the first of them, its place, and how many there are. */
export interface StageKind {
  readonly stage: Stage;
  readonly index: number;
  readonly count: number;
}

/** The kinds of stages of a pipeline. */
export function stageKinds(stages: readonly Stage[]): readonly StageKind[] {
  const found = new Map<string, StageKind>();
  stages.forEach((stage, index) => {
    const key = `${stage.first} ${stage.last} ${stage.layers.map(({ name }) => name).join(' ')}`;
    const known = found.get(key) ?? { stage, index, count: 0 };
    found.set(key, { ...known, count: known.count + 1 });
  });
  return [...found.values()];
}

/**
 * The stages of a job: equal blocks on each where their number allows it, as Megatron-LM cuts decoders, else runs of layers that
 * compute as little more than others as can be.
 */
export function stagesOf(job: Job, count: number): readonly Stage[] {
  const most = Math.max(...job.layers.map(({ repeat }) => repeat));
  const equal = most > 1 && most % count === 0;
  return cut(everyJobLayer(job), count, layer => (equal && layer.repeat < most ? 0 : flopsOf(layer)));
}

/** Cuts layers into so many runs, none empty, so that the costliest run costs least. */
export function cut(layers: readonly JobLayer[], count: number, cost: (layer: JobLayer) => number): readonly Stage[] {
  const costs = layers.map(cost);
  let [low, high] = [Math.max(...costs), costs.reduce((a, b) => a + b, 0)];
  for (let i = 0; i < 60 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2;
    if (runsWithin(costs, middle) <= count) high = middle;
    else low = middle;
  }
  const ends = endsWithin(costs, high, count);
  return ends.map((end, i) => ({
    layers: layers.slice(i === 0 ? 0 : ends[i - 1], end),
    first: i === 0,
    last: i === ends.length - 1,
  }));
}

/** How many runs are needed when none may cost more than `most`. */
function runsWithin(costs: readonly number[], most: number): number {
  let [runs, sum] = [1, 0];
  for (const cost of costs) {
    if (sum + cost > most) {
      runs++;
      sum = 0;
    }
    sum += cost;
  }
  return runs;
}

/** Where such runs end; each that follows is left a layer. */
function endsWithin(costs: readonly number[], most: number, count: number): number[] {
  const ends: number[] = [];
  let [at, left] = [0, costs.reduce((a, b) => a + b, 0)];
  for (let run = 0; run < count - 1; run++) {
    const after = count - 1 - run;
    const fair = left / (after + 1);
    let sum = 0;
    const start = at;
    while (at < costs.length - after && (at === start || sum + costs[at]! <= most)) {
      // Beyond a fair share a layer is taken only where the rest could not hold it.
      if (at > start && sum + costs[at]! / 2 > fair && runsWithin(costs.slice(at), most) <= after) break;
      sum += costs[at]!;
      at++;
    }
    left -= sum;
    ends.push(at);
  }
  return [...ends, costs.length];
}
