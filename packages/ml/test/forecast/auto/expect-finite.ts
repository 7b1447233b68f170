import type { AutoForecast } from '@novacron/ml';
import { expect } from 'vitest';
import { at } from '../../at.ts';

/** Expects numbers in every step, and the mean inside the intervals. */
export function expectFinite({ mean, intervals }: AutoForecast): void {
  for (const bound of [mean, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
    expect(bound.every(Number.isFinite)).toBe(true);
  }
  for (const [step, middle] of mean.entries()) {
    for (const { lower, upper } of intervals) {
      expect(at(lower, step)).toBeLessThanOrEqual(middle);
      expect(at(upper, step)).toBeGreaterThanOrEqual(middle);
    }
  }
}
