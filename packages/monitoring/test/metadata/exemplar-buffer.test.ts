import { matchLabels } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';
import { ExemplarBuffer, seriesPredicate } from '../../src/metadata/exemplar-buffer.ts';
import { MetadataIndex, metricType } from '../../src/metadata/metric-metadata.ts';

const id = (vm: string): { metric: string; labels: { vm: string } } => ({ metric: 'latency', labels: { vm } });
const all = seriesPredicate('latency', matchLabels());

describe('ExemplarBuffer', () => {
  it('keeps the newest of all series, and gives them by series and time', () => {
    const buffer = new ExemplarBuffer(3);
    for (let i = 0; i < 5; i++) {
      const vm = i % 2 === 0 ? 'a' : 'b';
      expect(buffer.add(vm, id(vm), { labels: { trace_id: String(i) }, value: i, timeMs: i })).toBe(true);
    }
    const found = buffer.select(all, 0, 10);
    expect(found.map(({ labels, exemplars }) => [labels['vm'], exemplars.map(({ value }) => value)])).toEqual([
      ['a', [2]],
      ['b', [3]],
      ['a', [4]],
    ]);
    expect(buffer.select(all, 3, 3)).toHaveLength(1);
    expect(buffer.select(seriesPredicate('other', matchLabels()), 0, 10)).toEqual([]);
    expect(buffer.select(seriesPredicate(undefined, matchLabels({ vm: 'b' })), 0, 10)).toHaveLength(1);
  });

  it('leaves out what it has, what is late, and what says too much', () => {
    const buffer = new ExemplarBuffer();
    expect(buffer.add('a', id('a'), { labels: {}, value: 1, timeMs: 5 })).toBe(true);
    expect(buffer.add('a', id('a'), { labels: {}, value: 1, timeMs: 5 })).toBe(false);
    expect(buffer.add('a', id('a'), { labels: {}, value: 1, timeMs: 4 })).toBe(false);
    expect(buffer.add('a', id('a'), { labels: { x: 'y'.repeat(128) }, value: 1, timeMs: 6 })).toBe(false);
    expect(() => new ExemplarBuffer(0)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
  });
});

describe('MetadataIndex', () => {
  it('knows what each metric is, and takes no more than it may', () => {
    const index = new MetadataIndex(2);
    const of = (metric: string, help: string): Parameters<typeof index.set>[0] => ({
      metric,
      type: 'gauge',
      help,
      unit: '',
    });
    expect(index.set(of('b', 'old'))).toBe(true);
    expect(index.set(of('a', ''))).toBe(true);
    expect(index.set(of('c', ''))).toBe(false);
    expect(index.set(of('b', 'new'))).toBe(true);
    expect(index.all().map(({ metric, help }) => [metric, help])).toEqual([
      ['a', ''],
      ['b', 'new'],
    ]);
    expect(index.get('c')).toBeUndefined();
    expect(metricType('counter')).toBe('counter');
    expect(metricType('untyped')).toBe('unknown');
  });
});
