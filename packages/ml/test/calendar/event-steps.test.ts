import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventSteps } from '@novacron/ml';

describe('eventSteps of events that overlap', () => {
  const event = fc.record({
    name: fc.constantFrom('a', 'b'),
    startMs: fc.integer({ min: -50, max: 150 }),
    lengthMs: fc.integer({ min: 0, max: 80 }),
  });

  it('has each step that any of them touches, once, in order', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (drawn) => {
        const events = drawn.map(({ name, startMs, lengthMs }) => ({ name, startMs, endMs: startMs + lengthMs }));
        const grid = { startMs: 3, stepMs: 7, steps: 12 };
        for (const { name, steps } of eventSteps(events, grid)) {
          const expected = Array.from({ length: 12 }, (_, step) => step).filter((step) => {
            const [begin, end] = [3 + 7 * step, 3 + 7 * (step + 1)];
            return events.some((one) => {
              if (one.name !== name) return false;
              // What takes no time is where it begins.
              return one.startMs < end && (one.endMs > begin || (one.endMs === one.startMs && one.startMs >= begin));
            });
          });
          expect(steps).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses events that touch more steps than memory has room for', () => {
    const events = Array.from({ length: 3 }, (_, i) => ({ name: `${i}`, startMs: 0, endMs: 1e7 }));
    expect(() => eventSteps(events, { startMs: 0, stepMs: 1, steps: 10_000_000 })).toThrow(
      expect.objectContaining({ code: 'NOVA_ML_INVALID' }),
    );
  });
});
