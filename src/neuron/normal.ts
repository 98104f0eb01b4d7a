const inverseRootTwoPi = 0.3989422804014327;

/** Density of the standard normal distribution: φ(z) = e^(−z²/2) / √(2π). */
export function normalDensity(z: number): number {
  return inverseRootTwoPi * Math.exp((-z * z) / 2);
}

/**
 * Φ(z) = ½(1 + erf(z/√2)) to about 1e-14 relative, in both tails.
 *
 * Within ±3 the series Φ = ½ + φ(z)(z + z³/3 + z⁵/15 + …), beyond it Laplace's continued fraction
 * 1 − Φ = φ(z)/(z + 1/(z + 2/(z + …))). Source: Marsaglia, Evaluating the Normal Distribution, 2004.
 */
export function normalProbability(z: number): number {
  if (Number.isNaN(z)) return z;
  if (Math.abs(z) > 3) {
    const tail = upperTail(Math.abs(z));
    return z > 0 ? 1 - tail : tail;
  }
  let term = z;
  let sum = z;
  for (let i = 3; Math.abs(term) > Math.abs(sum) * 1e-17; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return 0.5 + normalDensity(z) * sum;
}

function upperTail(z: number): number {
  if (z > 40) return 0;
  let fraction = z;
  for (let k = 120; k > 0; k--) fraction = z + k / fraction;
  return normalDensity(z) / fraction;
}
