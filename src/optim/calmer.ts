/** The learning rate to try after one that made the weights explode: a tenth, at most 0.1, which most networks stand. */
export const calmerRate = (rate: number): number => Number(Math.min(rate / 10, 0.1).toPrecision(2));
