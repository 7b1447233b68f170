import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/statistics/normal-quantile.ts';

describe('normalQuantile', () => {
  // qnorm() of R, all digits
  it.each([
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9999, 3.719016485455709],
    [1e-10, -6.361340902404056],
    [1e-300, -37.0470964],
  ])('of %d is %d', (probability, quantile) => {
    const digits = probability < 1e-100 ? 6 : 13;
    expect(normalQuantile(probability)).toBeCloseTo(quantile, digits);
  });

  it('is symmetric and rises', () => {
    let previous = -Infinity;
    for (let p = 0.001; p < 1; p += 0.001) {
      const quantile = normalQuantile(p);
      expect(quantile).toBeGreaterThan(previous);
      expect(quantile).toBeCloseTo(-normalQuantile(1 - p), 9);
      previous = quantile;
    }
  });

  it.each([0, 1, -1, 2, NaN])('of %d is not a number', (probability) => {
    expect(normalQuantile(probability)).toBeNaN();
  });
});
