import { encoded } from '../../lab/features.ts';
import { given, placeNow } from './state.ts';

/** The inputs of the place that is looked at. */
export const encodedHere = (): Float32Array => encoded(given.value, [placeNow.value]);
