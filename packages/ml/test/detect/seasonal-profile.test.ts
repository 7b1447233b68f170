import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeasonalProfile } from '../../src/detect/seasonal-profile.ts';
import { SavedReader } from '../../src/json/saved-reader.ts';

function profileOf(values: readonly number[], seasonLength: number, depth: number): SeasonalProfile {
  const profile = new SeasonalProfile(seasonLength, depth);
  for (const value of values) profile.push(value);
  return profile;
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
};

const value = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(NaN));

describe('SeasonalProfile', () => {
  it('expects the median of the last values of the phase that comes next', () => {
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 4 }),
        (values, m, depth) => {
          const phase = values.length % m;
          const seen = values.filter((each, i) => i % m === phase && !Number.isNaN(each)).slice(-depth);
          expect(profileOf(values, m, depth).expected()).toEqual(seen.length === 0 ? NaN : median(seen));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('remembers longer where values are missing', () => {
    const profile = profileOf([1, 10, NaN, 20, NaN, 30], 2, 2);
    expect(profile.expected()).toBe(1);
    profile.push(NaN);
    expect(profile.expected()).toBe(25);
  });

  it('copies itself', () => {
    const profile = profileOf([1, 2, 3, 4], 2, 3);
    const copy = profile.clone();
    copy.push(100);
    copy.push(100);
    expect(profile.expected()).toBe(2);
    expect(copy.expected()).toBe(3);
  });

  it('comes back from JSON', () => {
    const profile = profileOf([1, NaN, 3, 4, 5], 2, 3);
    const restored = SeasonalProfile.from(new SavedReader(JSON.stringify(profile.save())));
    expect(restored.expected()).toBe(profile.expected());
    restored.push(7);
    profile.push(7);
    expect(restored.save()).toEqual(profile.save());
  });
});
