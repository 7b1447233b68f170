import { describe, expect, it } from 'vitest';
import { fittedFromJSON, theta } from '@novacron/ml';
import { solveTheta, thetaLine } from '../../src/forecast/theta-pass.ts';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../fixtures/read-fixture.ts';
import { at } from '../at.ts';

const golden = readFixture<Record<string, GoldenForecast>>('smoothing.json');

describe('theta', () => {
  it.each([
    ['theta_Nile', classic.Nile, 1],
    ['theta_AirPassengers', classic.AirPassengers, 12],
    ['theta_nottem', classic.nottem, 12],
    ['theta_airmiles', classic.airmiles, 1],
  ] as const)('%s forecasts what thetaf() of R does', (name, series, seasonLength) => {
    const theirs = at(golden, name).mean;
    const { mean } = theta({ seasonLength }).fit(series).forecast(theirs.length);
    expect(relativeDifference(mean, theirs)).toBeLessThan(1e-3);
  });

  it('solves level and share of the line exactly for an alpha', () => {
    const values = Float64Array.from(classic.Nile, (value) => value / 512);
    const line = thetaLine(values, 'optimised');
    const best = solveTheta(values, line, 0.3);
    const squares = (level: number, share: number): number => {
      let smooth = level;
      let sum = 0;
      for (const [i, value] of values.entries()) {
        const kept = 0.7 ** i;
        const drift = kept * at(line.intercept, 0) + (at(line.slope, 0) * (1 - kept * 0.7)) / 0.3;
        const error = value - smooth - share * drift;
        sum += error * error;
        smooth += 0.3 * (value - smooth);
      }
      return sum;
    };
    expect(squares(best.level, best.share)).toBeCloseTo(best.squares, 9);
    expect(squares(best.level + 0.01, best.share)).toBeGreaterThan(best.squares);
    expect(squares(best.level - 0.01, best.share)).toBeGreaterThan(best.squares);
  });

  it('has a dynamic line that ends as the regression line of all values', () => {
    const values = Float64Array.from(classic.airmiles);
    const moving = thetaLine(values, 'dynamic');
    const fixed = thetaLine(values, 'standard');
    const middle = (values.length + 1) / 2;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const slope =
      values.reduce((sum, value, i) => sum + (i + 1 - middle) * value, 0) /
      values.reduce((sum, _, i) => sum + (i + 1 - middle) ** 2, 0);
    expect(at(moving.slope, values.length - 1)).toBeCloseTo(slope, 6);
    expect(at(fixed.slope, 0)).toBeCloseTo(slope, 6);
    expect(at(fixed.intercept, 0)).toBeCloseTo(mean - slope * middle, 6);
  });

  it.each(['standard', 'optimised', 'dynamic'] as const)('%s follows a line', (kind) => {
    const values = Array.from({ length: 60 }, (_, i) => 100 + 3 * i + ((i * 7919) % 13) / 10);
    const { mean } = theta({ kind }).fit(values).forecast(10);
    expect(Math.abs(at(mean, 9) - 307)).toBeLessThan(kind === 'standard' ? 25 : 8);
    expect(at(mean, 9)).toBeGreaterThan(at(mean, 0));
  });

  it('adjusts for a season only where the test finds one, and adds it where a value is not positive', () => {
    const noise = Array.from({ length: 60 }, (_, i) => 10 + ((i * 7919) % 211) / 100);
    expect(theta({ seasonLength: 12 }).fit(noise).describe().seasonLength).toBe(1);
    const shifted = classic.nottem.map((value) => value - 50);
    const { mean } = theta({ seasonLength: 12 }).fit(shifted).forecast(12);
    const plain = theta({ seasonLength: 12 }).fit(classic.nottem).forecast(12).mean;
    expect(mean.every((value, i) => Math.abs(value + 50 - at(plain, i)) < 3)).toBe(true);
  });

  it('says that two values are too few, and refuses another kind', () => {
    expect(() => theta().fit([1, 2])).toThrow(expect.objectContaining({ code: 'NOVA_ML_TOO_SHORT' }));
    expect(() => theta({ kind: 'best' as 'dynamic' })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });

  it('refuses saved JSON with another method or without a season', () => {
    const saved = theta().fit(classic.Nile).toJSON();
    expect(() => fittedFromJSON({ ...saved, method: 'best' })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
    );
    expect(() => fittedFromJSON({ ...saved, season: '' })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }),
    );
  });
});
