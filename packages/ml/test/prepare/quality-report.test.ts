import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qualityReport, regularise } from '@novacron/ml';

const minute = 60_000;
const load = Array.from({ length: 120 }, (_, i) => 50 + ((i * 7) % 11));
const times = load.map((_, i) => i * minute);

describe('qualityReport', () => {
  it('finds nothing in a clean series', () => {
    const report = qualityReport(load, { times });
    expect(report).toMatchObject({ length: 120, missing: 0, stepMs: minute, findings: [] });
    expect(qualityReport([])).toMatchObject({ length: 0, missing: 0, findings: [] });
  });

  it('finds gaps, stretches that stand still, and outliers', () => {
    const bad = load.map((value, i) => (i >= 10 && i < 15 ? NaN : i >= 40 && i < 60 ? 55 : i === 100 ? 900 : value));
    const report = qualityReport(bad);
    expect(report.missing).toBeCloseTo(5 / 120, 12);
    expect(report.gaps).toEqual([{ start: 10, length: 5 }]);
    expect(report.constants).toEqual([expect.objectContaining({ start: 40, length: 20 })]);
    expect(report.outliers.map(({ index }) => index)).toContain(100);
    expect(report.findings.join('; ')).toMatch(/missing.*stand still.*outliers/);
  });

  it('finds a change of unit, but not a load that rises', () => {
    const kibibytes = load.map((value, i) => (i < 60 ? value : value * 1024));
    expect(qualityReport(kibibytes).unitJumps).toEqual([{ index: 60, factor: 1_000 }]);
    const back = load.map((value, i) => (i < 60 ? value : value / 100));
    expect(qualityReport(back).unitJumps).toEqual([{ index: 60, factor: 1 / 100 }]);
    const busy = load.map((value, i) => (i < 60 ? value / 50 : value / 2));
    expect(qualityReport(busy).unitJumps).toEqual([]);
  });

  it('finds times that repeat, fall, or leave steps out', () => {
    const bad = times.map((time, i) =>
      i === 20 ? 19 * minute : i === 50 ? 10 * minute : i >= 80 ? time + 3 * minute : time,
    );
    const report = qualityReport(load, { times: bad });
    expect(report.duplicates).toEqual([20]);
    expect(report.fallingTimes).toEqual([50]);
    expect(report.timeGaps).toContainEqual({ index: 80, steps: 3 });
  });

  it('reports times that never rise, and has no step then', () => {
    const falling = load.map((_, i) => (200 - i) * minute);
    const report = qualityReport(load, { times: falling });
    expect(report.fallingTimes).toHaveLength(load.length - 1);
    expect(report).toMatchObject({ stepMs: undefined, duplicates: [], timeGaps: [], findings: ['119 times go back'] });
    expect(qualityReport([1, 2], { times: [1, 1] })).toMatchObject({
      duplicates: [1],
      findings: ['1 times come twice'],
    });
    expect(qualityReport([1], { times: [5] }).findings).toEqual([]);
    expect(qualityReport([], { times: [] }).findings).toEqual([]);
  });

  it('bears as many faults as a series has places', () => {
    const gappy = Float64Array.from({ length: 500_000 }, (_, i) => (i % 2 === 0 ? NaN : i % 7));
    const { gaps, findings } = qualityReport(gappy);
    expect(gaps).toHaveLength(250_000);
    expect(findings[0]).toBe('50.0 % missing in 250000 gaps, up to 1 long');
  });

  it('counts a stretch at the very start and the very end', () => {
    const still = [...Array.from({ length: 12 }, () => 1), 2, 3, ...Array.from({ length: 14 }, () => 4)];
    expect(qualityReport(still).constants).toEqual([
      { start: 0, length: 12 },
      { start: 14, length: 14 },
    ]);
  });

  it('refuses times that do not fit', () => {
    expect(() => qualityReport([1, 2], { times: [1] })).toThrow('2 times');
    expect(() => qualityReport([1, 2], { times: [1, NaN] })).toThrow('epoch');
    expect(() => qualityReport([1], { constantLength: 1 })).toThrow('constantLength');
  });
});

describe('regularise', () => {
  it('puts every value into the step that it was measured in, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: -9, max: 9 })), { minLength: 1 }),
        (pairs) => {
          const at = pairs.map(([time]) => time);
          const values = pairs.map(([, value]) => value);
          const { startMs, values: steps, counts } = regularise(at, values, { stepMs: 1_000, combine: 'sum' });
          const sum = steps.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
          expect(sum).toBe(values.reduce((total, value) => total + value, 0));
          expect(counts.reduce((total, count) => total + count, 0)).toBe(values.length);
          expect(startMs).toBe(Math.floor(Math.min(...at) / 1_000) * 1_000);
          expect(steps).toHaveLength(Math.floor(Math.max(...at) / 1_000) - startMs / 1_000 + 1);
        },
      ),
    );
  });

  it.each([
    ['mean', [2, NaN, 5]],
    ['last', [3, NaN, 5]],
    ['least', [1, NaN, 5]],
    ['largest', [3, NaN, 5]],
    ['sum', [4, NaN, 5]],
  ] as const)('combines by %s', (combine, expected) => {
    const { values } = regularise([0, 10, 250, 20], [1, NaN, 5, 3], { stepMs: 100, combine });
    expect([...values]).toEqual(expected);
  });

  it('takes the median step, and aligns to the hour or to an origin', () => {
    const jittered = Array.from({ length: 50 }, (_, i) => 7_200_000 + i * minute + ((i * 7) % 5) * 100);
    const steps = regularise(jittered, load.slice(0, 50), { stepMs: minute });
    expect(steps.startMs).toBe(7_200_000);
    expect(steps.counts.every((count) => count === 1)).toBe(true);
    expect(regularise([0, 60, 120], [1, 2, 3]).stepMs).toBe(60);
    expect(regularise([130], [1], { stepMs: 100, originMs: 50 }).startMs).toBe(50);
    expect(regularise([], [], { stepMs: 100 })).toMatchObject({ startMs: 0, values: new Float64Array(0) });
  });

  it('refuses what would not fit into memory, and what is no time', () => {
    expect(() => regularise([0, 1e15], [1, 2], { stepMs: 1 })).toThrow('more than');
    expect(() => regularise([0], [1, 2], { stepMs: 1 })).toThrow('as many');
    expect(() => regularise([NaN], [1], { stepMs: 1 })).toThrow('epoch');
    expect(() => regularise([1], [1])).toThrow('rise');
    expect(() => regularise([1], [1], { stepMs: 0 })).toThrow('stepMs');
    expect(() => regularise([1], [1], { stepMs: 1, combine: 'mode' as 'sum' })).toThrow('combine');
    expect(() => regularise([1], [1], { stepMs: 1, originMs: NaN })).toThrow('originMs');
  });
});
