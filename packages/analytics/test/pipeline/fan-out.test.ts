import { describe, expect, expectTypeOf, it } from 'vitest';
import { AnalyticsError, fanOut, pipeline } from '@novacron/analytics';

describe('fanOut', () => {
  const both = pipeline('both', (input: number) => input).pipe(
    fanOut({
      half: (value: number) => value / 2,
      text: { name: 'text', run: async (value: number) => `is ${value}` },
    }),
  );

  it('gives its input to all and gathers the results by name, typed', async () => {
    const { value } = await both.run(8);
    expect(value).toEqual({ half: 4, text: 'is 8' });
    expectTypeOf(value).toEqualTypeOf<{ readonly half: number; readonly text: string }>();
  });

  it('is named after its branches', () => {
    expect(both.stages[1]).toBe('fan out to half, text');
  });

  it('is checked by the compiler', () => {
    // @ts-expect-error the branch takes an array
    pipeline('wrong', () => 1).pipe(fanOut({ count: (list: readonly number[]) => list.length }));
  });

  it('runs its branches at once', async () => {
    const order: string[] = [];
    const branch = (name: string, turns: number) => async (): Promise<void> => {
      for (let i = 0; i < turns; i++) await Promise.resolve();
      order.push(name);
    };
    await pipeline('race', () => 0)
      .pipe(fanOut({ slow: branch('slow', 20), fast: branch('fast', 1) }))
      .run();
    expect(order).toEqual(['fast', 'slow']);
  });

  it('fails when a branch fails', async () => {
    const broken = pipeline('broken', () => 0).pipe(
      fanOut({
        fine: () => 1,
        bad: (): number => {
          throw new RangeError('bad branch');
        },
      }),
    );
    const error: unknown = await broken.run().catch((reason: unknown) => reason);
    expect(AnalyticsError.isInstance(error) && error.message).toContain('bad branch');
  });
});
