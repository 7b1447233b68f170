import { describe, expect, expectTypeOf, it } from 'vitest';
import { pipeline, topN } from '@novacron/analytics';

const items = [
  { vm: 'a', cpu: 0.2 },
  { vm: 'b', cpu: NaN },
  { vm: 'c', cpu: 0.9 },
  { vm: 'd', cpu: 0.2 },
  { vm: 'e', cpu: -Infinity },
];

const names = async (count: number, by: (item: (typeof items)[0]) => number): Promise<string[]> => {
  const { value } = await pipeline('test', () => items)
    .pipe(topN(count, by))
    .run();
  return value.map(({ vm }) => vm);
};

describe('topN', () => {
  it('keeps the largest, largest first, equal ones in their order, NaN last', async () => {
    expect(await names(5, ({ cpu }) => cpu)).toEqual(['c', 'a', 'd', 'e', 'b']);
    expect(await names(2, ({ cpu }) => cpu)).toEqual(['c', 'a']);
    expect(await names(2, ({ cpu }) => -cpu)).toEqual(['e', 'a']);
  });

  it('keeps none, or all when there are fewer', async () => {
    expect(await names(0, ({ cpu }) => cpu)).toEqual([]);
    expect(await names(100, ({ cpu }) => cpu)).toHaveLength(5);
  });

  it('keeps the type of the items and leaves the list alone', async () => {
    const before = [...items];
    const busiest = pipeline('typed', () => items).pipe(topN(1, ({ cpu }) => cpu));
    expectTypeOf((await busiest.run()).value).toEqualTypeOf<readonly { vm: string; cpu: number }[]>();
    expect(items).toEqual(before);
  });

  it.each([-1, 1.5, NaN, Infinity])('refuses a count of %d', (count) => {
    expect(() => topN(count, () => 0)).toThrow(expect.objectContaining({ code: 'NOVA_ANALYTICS_INVALID' }));
  });
});
