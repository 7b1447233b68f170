import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchLabels } from '../../src/store/label-selector.ts';
import { SeriesIndex } from '../../src/store/series-index.ts';

function fill(index: SeriesIndex, ...vms: string[]): void {
  for (const vm of vms) index.add(index.describe('cpu', { vm }, index.nextRef));
}

describe('SeriesIndex', () => {
  it('finds a series by name and labels in any order, frozen or not', () => {
    const index = new SeriesIndex();
    index.add(index.describe('cpu', { vm: 'a', zone: 'z' }, 0));
    expect(index.find('cpu', { zone: 'z', vm: 'a' })?.ref).toBe(0);
    expect(index.find('cpu', Object.freeze({ vm: 'a', zone: 'z' }))?.ref).toBe(0);
    expect(index.find('cpu', { vm: 'a' })).toBeUndefined();
    expect(index.find('memory', { vm: 'a', zone: 'z' })).toBeUndefined();
  });

  it('tells series of one label object and two metrics apart', () => {
    const index = new SeriesIndex();
    const labels = Object.freeze({ vm: 'a' });
    index.add(index.describe('cpu', labels, 0));
    index.add(index.describe('memory', labels, 1));
    expect([index.find('cpu', labels)?.ref, index.find('memory', labels)?.ref]).toEqual([0, 1]);
  });

  it('keeps labels of its own when the caller can change his', () => {
    const index = new SeriesIndex();
    const labels = { vm: 'a' };
    index.add(index.describe('cpu', labels, 0));
    labels.vm = 'b';
    expect(index.get(0)?.labels).toEqual({ vm: 'a' });
    expect(index.find('cpu', labels)).toBeUndefined();
  });

  it('forgets a series and does not give its number again', () => {
    const index = new SeriesIndex();
    fill(index, 'a', 'b');
    const gone = index.find('cpu', { vm: 'b' });
    if (gone !== undefined) index.remove(gone);
    expect(index.size).toBe(1);
    expect(index.get(1)).toBeUndefined();
    fill(index, 'b');
    expect(index.find('cpu', { vm: 'b' })?.ref).toBe(2);
    expect(index.select({ metric: 'cpu' }).map(({ ref }) => ref)).toEqual([0, 2]);
  });

  it('forgets a metric with its last series', () => {
    const index = new SeriesIndex();
    fill(index, 'a');
    const only = index.find('cpu', { vm: 'a' });
    if (only !== undefined) index.remove(only);
    expect(index.select({ metric: 'cpu' })).toEqual([]);
    expect(index.size).toBe(0);
  });

  it('selects what looking at every series would select', () => {
    const texts = fc.constantFrom('', 'a', 'b', 'a=b', '=');
    const someLabels = fc.dictionary(fc.constantFrom('x', 'y'), texts);
    const series = fc.array(fc.tuple(fc.constantFrom('m', 'n'), someLabels), { maxLength: 20 });
    const condition = fc.oneof(
      texts,
      fc.record({ op: fc.constantFrom('=' as const, '!=' as const, 'prefix' as const), value: texts }),
    );
    const wanted = fc.tuple(
      fc.constantFrom('m', 'n', 'absent', undefined),
      fc.dictionary(fc.constantFrom('x', 'y', 'z'), condition),
    );
    fc.assert(
      fc.property(series, wanted, fc.nat({ max: 3 }), (list, [metric, conditions], keep) => {
        const index = new SeriesIndex();
        for (const [name, its] of list) {
          if (index.find(name, its) === undefined) index.add(index.describe(name, its, index.nextRef));
        }
        for (const gone of [...index.all()].filter(({ ref }) => ref % 4 > keep)) index.remove(gone);
        const matches = matchLabels(conditions);
        const expected = [...index.all()].filter((one) => {
          return (metric === undefined || one.metric === metric) && matches(one.labels);
        });
        const found = index.select({ metric, labels: conditions });
        expect(new Set(found)).toEqual(new Set(expected));
        expect(found.map(({ key }) => key)).toEqual(found.map(({ key }) => key).toSorted((a, b) => (a < b ? -1 : 1)));
      }),
      { numRuns: 500 },
    );
  });

  it('is not confused by label values that look like other labels', () => {
    const tricky = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('', '"', '",b="', 'x', '\\', '}', 'a="x"'),
    );
    fc.assert(
      fc.property(tricky, tricky, (one, other) => {
        const index = new SeriesIndex();
        index.add(index.describe('m', one, 0));
        const names = new Set([...Object.keys(one), ...Object.keys(other)]);
        const same = [...names].every((name) => one[name] === other[name]);
        expect(index.find('m', other) !== undefined).toBe(same);
      }),
    );
  });

  it('refuses names and labels that do not fit', () => {
    const index = new SeriesIndex();
    expect(() => index.describe('no name', {}, 0)).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => index.describe('m', { 'no-label': '' }, 0)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});
