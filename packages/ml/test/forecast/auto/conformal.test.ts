import { describe, expect, it } from 'vitest';
import { Conformal } from '../../../src/forecast/auto/conformal.ts';
import { at } from '../../at.ts';

const row = (steps: number): Float64Array =>
  Float64Array.from({ length: steps }, (_, step) => (step % 2 === 0 ? 1 : -1));
const widthOf = (conformal: Conformal): number => at(conformal.widths(0.95, 1), 0);

describe('Conformal', () => {
  it('is surer with more origins', () => {
    expect(widthOf(Conformal.of([row(24), row(24), row(24)]))).toBeLessThan(widthOf(Conformal.of([row(24), row(24)])));
  });

  it('counts origins that look at the same values as those that they are worth', () => {
    const rows = [row(24), row(24), row(12)];
    expect(widthOf(Conformal.of(rows, 2))).toBeCloseTo(widthOf(Conformal.of([row(24), row(24)])), 12);
    expect(widthOf(Conformal.of(rows, 2))).toBeGreaterThan(widthOf(Conformal.of(rows)));
  });

  it('is less sure of few errors', () => {
    expect(widthOf(Conformal.of([row(6)]))).toBeGreaterThan(widthOf(Conformal.of([row(24)])));
  });
});
