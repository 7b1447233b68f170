import { describe, expect, it } from 'vitest';
import { autoEts, mase, mstlForecast } from '@novacron/ml';
import { at } from '../../at.ts';
import { classic, readFixture, relativeDifference, type GoldenForecast } from '../../fixtures/read-fixture.ts';

const wave = (hour: number, period: number): number => Math.sin((2 * Math.PI * hour) / period);
const noise = (hour: number): number => ((hour * 7919) % 17) / 17 - 0.5;
const load = Array.from({ length: 1_000 }, (_, hour) => 60 + 9 * wave(hour, 24) + 5 * wave(hour, 168) + noise(hour));

describe('mstlForecast', () => {
  it('carries a day and a week on', () => {
    const training = load.slice(0, 832);
    const { mean } = mstlForecast({ seasonLengths: [168, 24] })
      .fit(training)
      .forecast(168);
    const scale = { training, seasonLength: 24 };
    expect(mase(load.slice(832), mean, scale)).toBeLessThan(0.3);
    const plain = autoEts({ seasonLength: 24 }).fit(training).forecast(168).mean;
    expect(mase(load.slice(832), mean, scale)).toBeLessThan(0.5 * mase(load.slice(832), plain, scale));
  });

  it('forecasts co2 near to what stlf of R does', () => {
    const theirs = at(readFixture<Record<string, GoldenForecast>>('smoothing.json'), 'stlf_co2');
    const { mean } = mstlForecast({ seasonLengths: [12] })
      .fit(classic.co2)
      .forecast(theirs.mean.length);
    expect(relativeDifference(mean, theirs.mean)).toBeLessThan(2e-3);
  });

  it('names its seasons and its model of the rest', () => {
    const fitted = mstlForecast({ seasonLengths: [24, 168] }).fit(load);
    expect(fitted.name).toMatch(/^MSTL\[24,168\] \+ ETS\(.,.*,N\)$/);
    expect(fitted.describe().seasonLength).toBe(168);
  });

  it('has no season where the series holds less than two', () => {
    const fitted = mstlForecast({ seasonLengths: [24] }).fit(load.slice(0, 40));
    expect(fitted.name).toMatch(/^ETS/);
  });

  it('goes on in the right phase after an update', () => {
    const fitted = mstlForecast({ seasonLengths: [24] }).fit(load.slice(0, 480));
    const later = at(fitted.forecast(30).mean, 29);
    fitted.update(load.slice(480, 485));
    expect(Math.abs(at(fitted.forecast(25).mean, 24) - later)).toBeLessThan(3);
  });

  it('refuses seasons that are none', () => {
    expect(() => mstlForecast({ seasonLengths: [1] })).toThrow('seasonLengths');
  });
});
