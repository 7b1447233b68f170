import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchLabels, type LabelSelector } from '../../src/store/label-selector.ts';
import { SeriesIndex } from '../../src/store/series-index.ts';

function fill(index: SeriesIndex, ...vms: string[]): void {
  for (const vm of vms) index.add('cpu', { vm });
}

describe('SeriesIndex', () => {
  it('finds a series by name and labels in any order, frozen or not', () => {
    const index = new SeriesIndex();
    index.add('cpu', { vm: 'a', zone: 'z' });
    expect(index.find('cpu', { zone: 'z', vm: 'a' })).toBe(0);
    expect(index.find('cpu', Object.freeze({ vm: 'a', zone: 'z' }))).toBe(0);
    expect(index.find('cpu', { vm: 'a' })).toBeUndefined();
    expect(index.find('memory', { vm: 'a', zone: 'z' })).toBeUndefined();
    expect(index.find('vm', { cpu: 'a', zone: 'z' })).toBeUndefined();
  });

  it('tells series of one label object and two metrics apart', () => {
    const index = new SeriesIndex();
    const labels = Object.freeze({ vm: 'a' });
    index.add('cpu', labels);
    index.add('memory', labels);
    expect([index.find('cpu', labels), index.find('memory', labels)]).toEqual([0, 1]);
  });

  it('keeps labels of its own when the caller can change his', () => {
    const index = new SeriesIndex();
    const labels = { vm: 'a' };
    index.add('cpu', labels);
    labels.vm = 'b';
    expect(index.id(0).labels).toEqual({ vm: 'a' });
    expect(Object.isFrozen(index.id(0).labels)).toBe(true);
    expect(index.find('cpu', labels)).toBeUndefined();
  });

  it('tells the text of a series: its labels are JSON, whatever is in them', () => {
    const index = new SeriesIndex();
    const labels = { b: 'with "quotes"\nand \\', a: 'größe ✓', empty: '', ['__proto__']: 'x', odd: '\ud800' };
    index.add('cpu', labels);
    index.add('up', {});
    expect(index.textOf(0).metric).toBe('cpu');
    expect(JSON.parse(index.textOf(0).labels)).toEqual(labels);
    expect(index.textOf(0).labels).toBe(JSON.stringify(index.id(0).labels));
    expect(index.textOf(1)).toEqual({ metric: 'up', labels: '{}' });
  });

  it('forgets a series, does not give its number again, but its place in columns', () => {
    const index = new SeriesIndex();
    fill(index, 'a', 'b');
    index.remove(1);
    expect(index.size).toBe(1);
    expect(index.slotOf(1)).toBe(-1);
    fill(index, 'b');
    expect(index.find('cpu', { vm: 'b' })).toBe(2);
    expect(index.slotOf(2)).toBe(1);
    expect(index.id(2).labels).toEqual({ vm: 'b' });
    expect(index.select({ metric: 'cpu' })).toEqual([0, 2]);
  });

  it('forgets a metric with its last series', () => {
    const index = new SeriesIndex();
    fill(index, 'a');
    index.remove(0);
    index.remove(0);
    expect(index.select({ metric: 'cpu' })).toEqual([]);
    expect(index.labelNames()).toEqual([]);
    expect(index.labelValues('__name__')).toEqual([]);
    expect(index.size).toBe(0);
  });

  it('stays as it is over much coming and going, and as small', () => {
    const index = new SeriesIndex();
    fill(index, 'stays');
    for (let i = 0; i < 20_000; i++) {
      fill(index, `pod-${i}`);
      if (i >= 50) index.remove(index.find('cpu', { vm: `pod-${i - 50}` }) as number);
    }
    expect(index.size).toBe(51);
    expect(index.slots).toBeLessThan(60);
    expect(index.nextRef).toBe(20_001);
    expect(index.select({ labels: { vm: 'stays' } })).toEqual([0]);
    expect(index.labelValues('vm')).toHaveLength(51);
    expect(index.cardinality().valuesByLabel).toEqual([
      { name: 'vm', count: 51 },
      { name: '__name__', count: 1 },
    ]);
    expect(index.find('cpu', { vm: 'pod-19999' })).toBe(20_000);
    expect(index.find('cpu', { vm: 'pod-100' })).toBeUndefined();
  });

  it('asks a condition once for each value, however many series have it', () => {
    const index = new SeriesIndex();
    for (let i = 0; i < 1_000; i++) index.add('cpu', { vm: `vm-${i % 10}`, cpu: String(i) });
    const asked: string[] = [];
    const test = (value: string): boolean => asked.push(value) > 0 && value === 'vm-3';
    expect(index.select({ metric: 'cpu', labels: { vm: { op: 'test', test } } })).toHaveLength(100);
    expect(asked.filter((value) => value !== '').toSorted()).toEqual(Array.from({ length: 10 }, (_, i) => `vm-${i}`));
  });

  it('selects what looking at every series would select, sorted', () => {
    const texts = fc.constantFrom('', 'a', 'b', 'ab', 'a=b', '=');
    const someLabels = fc.dictionary(fc.constantFrom('x', 'y'), texts);
    const series = fc.array(fc.tuple(fc.constantFrom('m', 'n'), someLabels), { maxLength: 20 });
    const condition = fc.oneof(
      texts,
      fc.record({ op: fc.constantFrom('=' as const, '!=' as const, 'prefix' as const), value: texts }),
      fc.record({ op: fc.constantFrom('in' as const, 'not-in' as const), values: fc.array(texts) }),
      fc.constant({ op: 'test' as const, test: (value: string) => value.length === 1 }),
    );
    const wanted = fc.tuple(
      fc.constantFrom('m', 'n', 'absent', undefined),
      fc.dictionary(fc.constantFrom('x', 'y', 'z'), condition),
    );
    fc.assert(
      fc.property(series, wanted, fc.nat({ max: 3 }), (list, [metric, conditions], keep) => {
        const index = new SeriesIndex();
        for (const [name, its] of list) if (index.find(name, its) === undefined) index.add(name, its);
        for (const gone of [...index.refs()].filter((ref) => ref % 4 > keep)) index.remove(gone);
        const matches = matchLabels(conditions);
        const expected = [...index.refs()].filter((ref) => {
          const one = index.id(ref);
          return (metric === undefined || one.metric === metric) && matches(one.labels);
        });
        const selector = { metric, labels: conditions as LabelSelector };
        const found = index.select(selector);
        expect(new Set(found)).toEqual(new Set(expected));
        const texts = found.map((ref) =>
          JSON.stringify([index.id(ref).metric, ...Object.entries(index.id(ref).labels)]),
        );
        expect(new Set(texts).size).toBe(texts.length);
        const ids = expected.map((ref) => index.id(ref));
        const values = ids.flatMap(({ labels }) => (Object.hasOwn(labels, 'x') ? [labels['x'] as string] : []));
        expect(index.labelValues('x', selector)).toEqual([...new Set(values)].toSorted());
        const names = ids.flatMap(({ labels }) => ['__name__', ...Object.keys(labels)]);
        expect(index.labelNames(selector)).toEqual([...new Set(names)].toSorted());
        expect(index.cardinality(selector)).toEqual(only(index, expected).cardinality());
      }),
      { numRuns: 500 },
    );
  });

  it('sorts by metric, then label by label', () => {
    const index = new SeriesIndex();
    index.add('b', {});
    index.add('a', { x: '2' });
    index.add('a', { x: '10', y: '1' });
    index.add('a', { w: '1' });
    index.add('a', {});
    index.add('a', { x: '10' });
    expect(index.select().map((ref) => [index.id(ref).metric, index.id(ref).labels])).toEqual([
      ['a', {}],
      ['a', { w: '1' }],
      ['a', { x: '10' }],
      ['a', { x: '10', y: '1' }],
      ['a', { x: '2' }],
      ['b', {}],
    ]);
  });

  it('is not confused by label values that look like other labels', () => {
    const tricky = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('', '"', '",b="', 'x', '\\', '}', 'a="x"'),
    );
    fc.assert(
      fc.property(tricky, tricky, (one, other) => {
        const index = new SeriesIndex();
        index.add('m', one);
        const names = new Set([...Object.keys(one), ...Object.keys(other)]);
        const same = [...names].every((name) => one[name] === other[name]);
        expect(index.find('m', other) !== undefined).toBe(same);
      }),
    );
  });

  it('refuses names and labels that do not fit', () => {
    const index = new SeriesIndex();
    expect(() => index.check('no name', {})).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => index.check('m', { 'no-label': '' })).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});

describe('cardinality', () => {
  it('tells the greatest first, as many as are asked for', () => {
    const index = new SeriesIndex();
    for (let i = 0; i < 500; i++) index.add(`m${i % 7}`, { pod: `p${i}`, zone: i % 3 === 0 ? 'a' : 'b' });
    expect(index.cardinality({ limit: 2 })).toEqual({
      series: 500,
      labelPairs: 7 + 500 + 2,
      seriesByMetric: [
        { name: 'm0', count: 72 },
        { name: 'm1', count: 72 },
      ],
      valuesByLabel: [
        { name: 'pod', count: 500 },
        { name: '__name__', count: 7 },
      ],
      charactersByLabel: [
        { name: 'pod', count: 500 * 3 + 10 + 90 * 2 + 400 * 3 + 500 },
        { name: '__name__', count: 7 * 10 },
      ],
      seriesByPair: [
        { name: 'zone=b', count: 333 },
        { name: 'zone=a', count: 167 },
      ],
    });
  });

  it('keeps count as series go', () => {
    const index = new SeriesIndex();
    fill(index, 'a', 'b');
    index.remove(0);
    expect(index.cardinality().seriesByPair).toEqual([{ name: 'vm=b', count: 1 }]);
    expect(index.seriesOfMetric('cpu')).toBe(1);
    expect(index.seriesOfPair('vm', 'a')).toBe(0);
    expect(index.seriesOfPair('nothing', 'a')).toBe(0);
  });
});

/** An index of only some series. */
function only(index: SeriesIndex, refs: readonly number[]): SeriesIndex {
  const part = new SeriesIndex();
  for (const ref of refs) part.add(index.id(ref).metric, index.id(ref).labels);
  return part;
}
