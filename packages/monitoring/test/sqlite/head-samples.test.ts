import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeadSamples } from '../../src/sqlite/head-samples.ts';
import { groupSlots } from '../../src/sqlite/sample-stage.ts';
import { bitsOf } from '../codec/bits.ts';

const slots = 150; // more than there is room for at first, and no whole number of groups

/** What happens: a sample of every slot or of one, late by some milliseconds, or samples go. */
const step = fc.record({
  slot: fc.nat(slots - 1),
  lateMs: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.double({ min: -3, max: 3, noNaN: true }) },
  ),
  what: fc.constantFrom('round', 'round', 'group', 'group', 'one', 'clear', 'old', 'drop'),
  dropped: fc.oneof(fc.constantFrom(8, 16, 24), fc.integer({ min: 1, max: 40 })),
});

describe('samples in memory', () => {
  it('are what was put in, whatever slots are measured together and whichever come late', () => {
    const property = fc.property(fc.array(step, { minLength: 1, maxLength: 120 }), (steps) => {
      const samples = new HeadSamples();
      const model = Array.from({ length: slots }, () => new Map<number, number>());
      const push = (slot: number, timeMs: number, value: number): void => {
        const own = (model[slot] ??= new Map());
        if (own.has(timeMs)) return;
        own.set(timeMs, value);
        samples.push(slot, timeMs, new Uint32Array(Float64Array.of(value).buffer), 0);
      };
      const drop = (slot: number, most: number): void => {
        const { timesMs } = samples.read(slot);
        const count = Math.min(most, timesMs.length);
        if (count === 0) return;
        const lastMs = timesMs[count - 1] as number;
        samples.dropFirst(slot, count, lastMs, lastMs - (timesMs[count - 2] ?? lastMs));
        for (const timeMs of timesMs.subarray(0, count)) model[slot]?.delete(timeMs);
      };
      steps.forEach(({ slot, lateMs, what, dropped }, i) => {
        const timeMs = i * 1_000;
        if (what === 'group') {
          const first = slot - (slot % groupSlots);
          const values = Float64Array.from({ length: groupSlots + 2 }, (_, each) => i - each / 8);
          const taken = samples.pushGroup(first, timeMs + lateMs, new Uint32Array(values.buffer), 2);
          for (let each = 0; each < groupSlots; each++) {
            if (taken) (model[first + each] ??= new Map()).set(timeMs + lateMs, values[each + 2] as number);
            else push(first + each, timeMs + lateMs, values[each + 2] as number);
          }
        } else if (what === 'round') {
          for (let each = 0; each < slots; each++) push(each, each < slot ? timeMs : timeMs + lateMs, i + each / 8);
        } else if (what === 'one') push(slot, timeMs + lateMs, i / 4);
        else if (what === 'old') push(slot, (i >>> 1) * 1_000 + 500, i);
        else if (what === 'drop') {
          for (let each = slot; each < slots; each += 3) drop(each, dropped);
        } else {
          samples.clear(slot);
          model[slot]?.clear();
        }
      });
      model.forEach((own, slot) => {
        const expected = [...own].sort(([a], [b]) => a - b);
        const { timesMs, values } = samples.read(slot);
        expect([...timesMs]).toEqual(expected.map(([timeMs]) => timeMs));
        expect(bitsOf(values)).toEqual(bitsOf(Float64Array.from(expected, ([, value]) => value)));
        expect(samples.count(slot)).toBe(expected.length);
        if (expected.length > 0) {
          expect([samples.firstMs(slot), samples.lastMs(slot)]).toEqual([timesMs[0], timesMs.at(-1)]);
        }
      });
    });
    fc.assert(property, { numRuns: 100 });
  });

  it.each([
    ['regular', (round: number) => round * 15_000],
    ['never quite regular', (round: number) => round * 15_000 + ((round * 7_919) % 11)],
    ['no whole milliseconds', (round: number) => round / 7],
  ])('lose their first ones, and go on, when times are %s', (_, timeOf) => {
    for (let dropped = 1; dropped <= 40; dropped++) {
      const samples = new HeadSamples();
      const push = (round: number): number =>
        samples.push(3, timeOf(round), new Uint32Array(Float64Array.of(round / 10).buffer), 0);
      for (let round = 0; round < 45; round++) push(round);
      samples.dropFirst(3, dropped, timeOf(dropped - 1), timeOf(dropped - 1) - timeOf(Math.max(0, dropped - 2)));
      for (let round = 45; round < 70; round++) push(round);
      const rounds = Array.from({ length: 70 - dropped }, (_each, i) => dropped + i);
      expect(samples.firstMs(3)).toBe(timeOf(dropped));
      expect([...samples.read(3).timesMs]).toEqual(rounds.map(timeOf));
      expect([...samples.read(3).values]).toEqual(rounds.map((round) => round / 10));
      expect([...samples.viewBetween(3, timeOf(50), timeOf(60)).values]).toEqual(
        rounds.filter((round) => round >= 50 && round < 60).map((round) => round / 10),
      );
    }
  });
});
