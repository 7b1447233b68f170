import { createHash } from 'node:crypto';
import { joinLabels, memoryStore, transformedSink } from '@novacron/monitoring';
import { createPrometheusApi } from '@novacron/monitoring/http';
import { relabel, type RelabelRule } from '@novacron/monitoring/promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { md5Modulus } from '../../src/relabel/md5-modulus.ts';
import { floatBits } from '../../src/store/float-bits.ts';
import { requestV1, series } from '../remote-write/requests.ts';

const up = { metric: 'up', labels: { a: 'foo', b: 'bar', c: 'baz' } };

function labelsAfter(...rules: readonly RelabelRule[]): Record<string, string> | undefined {
  const changed = relabel(rules)(up);
  return changed && { __name__: changed.metric, ...changed.labels };
}

const same = { __name__: 'up', a: 'foo', b: 'bar', c: 'baz' };

describe('relabel', () => {
  it.each<readonly [string, RelabelRule, object | undefined]>([
    [
      'replaces',
      { sourceLabels: ['a'], regex: 'f(.*)', targetLabel: 'd', replacement: 'ch${1}-ch$1' },
      { ...same, d: 'choo-choo' },
    ],
    [
      'joins',
      { sourceLabels: ['a', 'b'], regex: 'f(.*);(.*)r', targetLabel: 'a', replacement: 'b${1}${2}m' },
      { ...same, a: 'boobam' },
    ],
    [
      'names by groups',
      { sourceLabels: ['a', 'b'], separator: '', regex: '(?P<x>foo).*', targetLabel: '$x', replacement: '$$1' },
      { ...same, foo: '$1' },
    ],
    ['leaves what does not match', { sourceLabels: ['a'], regex: 'o', targetLabel: 'd' }, same],
    [
      'takes a label away by an empty text',
      { sourceLabels: ['none'], targetLabel: 'a' },
      { __name__: 'up', b: 'bar', c: 'baz' },
    ],
    ['renames the metric', { targetLabel: '__name__', replacement: 'down' }, { ...same, __name__: 'down' }],
    ['writes no label that is none', { sourceLabels: ['a'], targetLabel: '${1}-x' }, same],
    ['keeps', { action: 'keep', sourceLabels: ['a'], regex: 'fo+' }, same],
    ['keeps only what matches as a whole', { action: 'keep', sourceLabels: ['a'], regex: 'o' }, undefined],
    ['drops', { action: 'drop', sourceLabels: ['a', 'none'], regex: 'foo;' }, undefined],
    ['drops nothing else', { action: 'drop', sourceLabels: ['a'], regex: 'bar' }, same],
    ['keeps what is equal', { action: 'keepequal', sourceLabels: ['a'], targetLabel: 'b' }, undefined],
    ['drops what is equal', { action: 'dropequal', sourceLabels: ['a'], targetLabel: 'b' }, same],
    ['maps', { action: 'labelmap', regex: '([ab])', replacement: 'x_${1}' }, { ...same, x_a: 'foo', x_b: 'bar' }],
    ['drops labels', { action: 'labeldrop', regex: '[bc]' }, { __name__: 'up', a: 'foo' }],
    ['keeps labels', { action: 'labelkeep', regex: '__name__|a' }, { __name__: 'up', a: 'foo' }],
    ['writes small', { action: 'lowercase', sourceLabels: ['a'], targetLabel: 'd' }, { ...same, d: 'foo' }],
    ['writes big', { action: 'uppercase', sourceLabels: ['a', 'b'], targetLabel: 'd' }, { ...same, d: 'FOO;BAR' }],
    ['hashes', { action: 'hashmod', sourceLabels: ['c'], targetLabel: 'd', modulus: 1000 }, { ...same, d: '976' }],
  ])('%s', (_, rule, expected) => {
    expect(labelsAfter(rule)).toEqual(expected);
  });

  it('applies rules in their order, and takes away labels for rules alone', () => {
    expect(
      labelsAfter(
        { sourceLabels: ['a'], targetLabel: '__tmp' },
        { sourceLabels: ['__tmp'], regex: '(.)(.*)', targetLabel: 'd', replacement: '$2$1' },
      ),
    ).toEqual({ ...same, d: 'oof' });
  });

  it.each<readonly [RelabelRule, string]>([
    [{ action: 'replace' }, 'needs a targetLabel'],
    [{ action: 'hashmod', targetLabel: 'x' }, 'modulus'],
    [{ targetLabel: 'x', regex: '(' }, 'Rule 0'],
    [{ action: 'explode' as 'keep' }, 'no action "explode"'],
  ])('refuses %j', (rule, why) => {
    expect(() => relabel([rule])).toThrow(
      expect.objectContaining({ code: 'NOVA_MONITORING_INVALID', details: { rule: 0 } }),
    );
    expect(() => relabel([rule])).toThrow(why);
  });

  it('ends on a regular expression that others would work on for ever', () => {
    const transform = relabel([{ action: 'keep', sourceLabels: ['a'], regex: '(a+)+b' }]);
    expect(transform({ metric: 'up', labels: { a: 'a'.repeat(50_000) } })).toBeUndefined();
  });
});

describe('md5Modulus', () => {
  it('is the last eight bytes of the MD5, as Prometheus has it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 200 }),
        fc.integer({ min: 1, max: 1_000_000 }),
        (text, modulus) => {
          const hash = createHash('md5').update(text).digest().readBigUInt64BE(8);
          expect(md5Modulus(text, modulus)).toBe(Number(hash % BigInt(modulus)));
        },
      ),
    );
  });
});

describe('joinLabels', () => {
  it('adds what is known elsewhere, and changes nothing that is there', () => {
    const transform = joinLabels('vm', (vm) => (vm === 'web-1' ? { host: 'a', vm: 'other' } : undefined));
    expect(transform({ metric: 'up', labels: { vm: 'web-1' } })).toEqual({
      metric: 'up',
      labels: { host: 'a', vm: 'web-1' },
    });
    expect(transform({ metric: 'up', labels: { vm: 'web-2' } })?.labels).toEqual({ vm: 'web-2' });
    expect(transform({ metric: 'up', labels: {} })?.labels).toEqual({});
  });
});

describe('transformedSink', () => {
  const transform = relabel([
    { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.*' },
    { targetLabel: 'site', replacement: 'lab' },
  ]);

  it('changes series in every way that samples come', async () => {
    await using store = memoryStore();
    const sink = transformedSink(store, transform);
    const labels = Object.freeze({ vm: 'a' });
    const result = await sink.append([
      { metric: 'up', labels, timeMs: 1, value: 1 },
      { metric: 'go_threads', labels, timeMs: 1, value: 1 },
      { metric: 'up', labels: 5 as never, timeMs: 1, value: 1 },
    ]);
    expect(result).toEqual({ appended: 1, rejected: [{ reason: 'invalid', count: 1 }] });
    const refs = await sink.register([
      { metric: 'go_gc', labels },
      { metric: 'load', labels },
    ]);
    const values = Float64Array.of(1, 2, 0);
    floatBits(values).set([2, 0x7ff0_0000], 4);
    const [gone = 0, load = 0] = refs;
    await sink.appendBatch({ refs: Uint32Array.of(load, gone, load), timesMs: Float64Array.of(1, 1, 2), values });
    const all = await store.select();
    expect(all.map(({ metric, labels: own }) => [metric, own])).toEqual([
      ['load', { vm: 'a', site: 'lab' }],
      ['up', { vm: 'a', site: 'lab' }],
    ]);
    expect([...floatBits(all[0]?.values ?? new Float64Array())].slice(2)).toEqual([2, 0x7ff0_0000]);
  });

  it('works for what the HTTP API receives', async () => {
    await using store = memoryStore();
    const api = createPrometheusApi(store, { transform });
    const body = Uint8Array.from(requestV1(series('up', { vm: 'a' }, [1, 1]), series('go_gc', {}, [1, 1])));
    const response = await api.fetch(new Request('http://localhost/api/v1/write', { method: 'POST', body }));
    expect(response.status).toBe(204);
    expect(await store.series()).toMatchObject([{ metric: 'up', labels: { vm: 'a', site: 'lab' } }]);
  });
});
