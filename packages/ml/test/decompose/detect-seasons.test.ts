import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { detectSeasons } from '@novacron/ml';
import { classic, readFixture } from '../fixtures/read-fixture.ts';

const wave = (i: number, period: number): number => Math.sin((2 * Math.PI * i) / period);
const random = seededRandom(12);
const noise = Array.from({ length: 1_400 }, () => random() - 0.5);

describe('detectSeasons', () => {
  it.each([
    ['AirPassengers', classic.AirPassengers, 12],
    ['nottem', classic.nottem, 12],
    ['co2', classic.co2, 12],
    ['a real machine', readFixture<{ values: readonly number[] }>('azure-vm-hourly.json').values, 24],
  ])('finds the season of %s', (_, values, length) => {
    expect(detectSeasons(values)[0]?.length).toBe(length);
  });

  it('finds a week behind a day', () => {
    const values = noise.map((value, hour) => 10 * wave(hour, 24) + 6 * wave(hour, 168) + value);
    expect(
      detectSeasons(values)
        .map(({ length }) => length)
        .slice(0, 2),
    ).toEqual([24, 168]);
  });

  it.each([
    [288, 4_032],
    [96, 1_344],
  ])('takes the ripple of a day of %d steps for no season', (day, count) => {
    for (let seed = 1; seed <= 5; seed++) {
      const draw = seededRandom(seed);
      const values = Array.from({ length: count }, (_, i) => 50 + 10 * wave(i, day) + 7 * (draw() - 0.5));
      const length = detectSeasons(values)[0]?.length ?? NaN;
      expect(Math.abs(length - day)).toBeLessThanOrEqual(day / 48);
    }
  });

  it('finds a long smooth season without any noise', () => {
    const [season] = detectSeasons(Array.from({ length: 10_080 }, (_, minute) => wave(minute, 1_440)));
    expect(Math.abs((season?.length ?? NaN) - 1_440)).toBeLessThan(30);
  });

  it('finds a season through gaps', () => {
    const values = noise.map((value, hour) => (hour % 9 === 4 ? NaN : 10 * wave(hour, 24) + value));
    expect(detectSeasons(values)[0]?.length).toBe(24);
  });

  it.each([
    ['noise', noise],
    ['a line', noise.map((_, i) => i)],
    ['a constant', noise.map(() => 5)],
    ['zeros', noise.map(() => 0)],
    ['gaps only', noise.map(() => NaN)],
    ['huge values', noise.map((value) => value * 1e299)],
    ['nothing', []],
    ['four values', [1, 2, 1, 2]],
  ])('finds none in %s', (_, values) => {
    expect(detectSeasons(values)).toEqual([]);
  });

  it('looks no further than told and finds no more than told', () => {
    const values = noise.map((value, hour) => 10 * wave(hour, 24) + 6 * wave(hour, 168) + value);
    expect(detectSeasons(values, { longest: 20 })).toEqual([]);
    expect(detectSeasons(values, { most: 1 })).toHaveLength(1);
    expect(() => detectSeasons(values, { longest: 1 })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});
