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
