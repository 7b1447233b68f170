/** The logarithm of the gamma function for positive numbers, to 15 digits (Lanczos 1964, with g = 7). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  let sum = lanczos[0] as number;
  for (let i = 1; i < lanczos.length; i++) sum += (lanczos[i] as number) / (shifted + i);
  const base = shifted + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

const lanczos: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * The probability that a gamma variable of a shape and scale 1 exceeds a value: by its series below the mean, by
 * Lentz's continued fraction above it (Press et al., Numerical Recipes, 6.2).
 */
export function gammaSurvival(shape: number, value: number): number {
  if (!(value > 0)) return 1;
  if (value === Infinity) return 0;
  const scale = Math.exp(shape * Math.log(value) - value - logGamma(shape));
  if (value < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-17; n++) {
      term *= value / (shape + n);
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  let b = value + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let i = 1; i < 10_000; i++) {
    const a = -i * (i - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return fraction * scale;
}

/** The probability that a chi-square variable exceeds a value. */
export function chiSquareSurvival(value: number, freedom: number): number {
  return gammaSurvival(freedom / 2, value / 2);
}

/** The probability that a standard normal variable lies below a value. */
export function normalProbability(value: number): number {
  const beyond = gammaSurvival(0.5, (value * value) / 2) / 2;
  return value > 0 ? 1 - beyond : beyond;
}
