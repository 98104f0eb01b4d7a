/** A network as stages, one for each rank. */
import { everyLayer, type PlacedLayer } from '../../nn/index.ts';
import { learns, type TrainingJob } from '../../train/index.ts';

type Layers = readonly PlacedLayer[];

/** The layers of a network in blocks that each learn: what learns nothing stays with the layer before it, or the first one. */
export function blocksOf(job: Pick<TrainingJob, 'frozen'>, layers: Layers): readonly Layers[] {
  const learning = (layer: PlacedLayer): boolean =>
    everyLayer([layer]).some(({ parameters }) => parameters.some(parameter => learns(job, parameter)));
  const begins = layers.flatMap((layer, i) => (learning(layer) ? [i] : []));
  return begins.map((begin, i) => layers.slice(i === 0 ? 0 : begin, begins[i + 1]));
}

/** Multiply-adds of a row. */
const costOf = (layers: Layers): number => everyLayer(layers).reduce((sum, { macs }) => sum + macs, 0);

/** The blocks in so many stages, of which the dearest is as cheap as can be. */
export function stagesOf(blocks: readonly Layers[], count: number): readonly Layers[] {
  const costs = blocks.map(costOf);
  const sum = (begin: number, end: number): number => costs.slice(begin, end).reduce((a, b) => a + b, 0);
  interface Cut {
    readonly dearest: number;
    readonly ends: readonly number[];
  }
  /** The best stages of the first blocks, for every number of blocks. */
  let best: readonly Cut[] = blocks.map((_, i) => ({ dearest: sum(0, i + 1), ends: [i + 1] }));
  for (let stages = 2; stages <= count; stages++) {
    const before = best;
    best = blocks.map((_, i) => {
      const cuts = before.slice(0, i).flatMap(({ dearest, ends }): Cut[] => {
        if (ends.length !== stages - 1) return [];
        return [{ dearest: Math.max(dearest, sum(ends.at(-1)!, i + 1)), ends: [...ends, i + 1] }];
      });
      return cuts.reduce((a, b) => (b.dearest < a.dearest ? b : a), { dearest: Number.POSITIVE_INFINITY, ends: [] });
    });
  }
  const { ends } = best.at(-1)!;
  return ends.map((end, i) => blocks.slice(ends[i - 1] ?? 0, end).flat());
}
