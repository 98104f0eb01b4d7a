import { encodedPlaces } from './data.ts';
import { placeNow } from './state.ts';

/** The inputs of the place that is looked at. */
export const encodedHere = (): Float32Array => encodedPlaces([placeNow.value]);
