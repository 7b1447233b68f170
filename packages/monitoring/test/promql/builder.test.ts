import { memoryStore } from '@novacron/monitoring';
import {
  avg,
  bottomk,
  count,
  createPromqlEngine,
  formatPromql,
  func,
  histogramQuantile,
  increase,
  max,
  metric,
  min,
  number,
  parsePromql,
  quantile,
  rate,
  scalar,
  sum,
  time,
  topk,
} from '@novacron/monitoring/promql';
import { describe, expect, it } from 'vitest';

const m = metric('m');

describe('the query builder', () => {
  it.each([
    [metric('up', { job: 'a', zone: { not: 'b' } }), 'up{job="a",zone!="b"}'],
    [metric('up', { job: ['a.b', 'c'], code: /5../ }), 'up{job=~"a\\\\.b|c",code=~"5.."}'],
    [metric('up', { job: { not: /a.*/ }, zone: { not: ['x', 'y'] } }), 'up{job!~"a.*",zone!~"x|y"}'],
    [metric('system.cpu.utilization', { vm: 'a' }), '{"system.cpu.utilization",vm="a"}'],
    [m.offset('1d'), 'm offset 1d'],
    [m.at('end').offset(90_000), 'm @ end() offset 1m30s'],
    [m.at({ timeMs: 1_500 }), 'm @ 1.500'],
    [m.range('5m'), 'm[5m]'],
    [rate(m, '5m'), 'rate(m[5m])'],
    [rate(m.offset('1h').range('5m')), 'rate(m[5m] offset 1h)'],
    [increase(m, 60_000), 'increase(m[1m])'],
    [sum(rate(m, '5m'), { by: ['job', 'odd label'] }), 'sum by (job, "odd label") (rate(m[5m]))'],
    [avg(m, { without: ['pod'] }), 'avg without (pod) (m)'],
    [min(m), 'min(m)'],
    [max(m), 'max(m)'],
    [count(m), 'count(m)'],
    [topk(3, m, { by: ['a'] }), 'topk by (a) (3, m)'],
    [bottomk(scalar(m), m), 'bottomk(scalar(m), m)'],
    [quantile(0.9, m), 'quantile(0.9, m)'],
    [histogramQuantile(0.9, sum(rate(m, '5m'), { by: ['le'] })), 'histogram_quantile(0.9, sum by (le) (rate(m[5m])))'],
    [func('clamp', m, 0, 1), 'clamp(m, 0, 1)'],
    [func('label_replace', m, 'a', '$1', 'b', '(.*)'), 'label_replace(m, "a", "$1", "b", "(.*)")'],
    [m.add(1).multiply(2), '(m + 1) * 2'],
    [m.subtract(m.divide(m)), 'm - (m / m)'],
    [m.modulo(2).power(3), '(m % 2) ^ 3'],
    [number(1).subtract(m), '1 - m'],
    [number(1).subtract(m.divide(m)).multiply(100), '(1 - (m / m)) * 100'],
    [time().subtract(scalar(m)).divide(3_600), '(time() - scalar(m)) / 3600'],
    [number(2).power(number(3).modulo(2)).add(m), '(2 ^ (3 % 2)) + m'],
    [m.negate().add(1), '(-m) + 1'],
    [m.add(m).negate(), '-(m + m)'],
    [m.offset('-5m').add(m.offset(-60_000)), 'm offset -5m + m offset -1m'],
    [metric('m', { a: /x.y/su }), 'm{a=~"x.y"}'],
    [m.above(1), 'm > 1'],
    [m.below(time(), { bool: true }), 'm < bool time()'],
    [m.atLeast(1).and(m.atMost(5)), '(m >= 1) and (m <= 5)'],
    [m.equal(1).or(m.notEqual(2), { on: ['a'] }), '(m == 1) or on (a) (m != 2)'],
    [m.unless(m, { ignoring: ['a'] }), 'm unless ignoring (a) m'],
    [m.multiply(metric('info'), { on: ['job'], groupLeft: ['version'] }), 'm * on (job) group_left (version) info'],
    [m.divide(m, { ignoring: ['a'], groupRight: [] }), 'm / ignoring (a) group_right () m'],
    [func('max_over_time', rate(m, '1m').over('1h', '30s')), 'max_over_time(rate(m[1m])[1h:30s])'],
    [
      func('sum_over_time', m.add(1).over('1h', undefined, { offsetMs: 60_000 })),
      'sum_over_time((m + 1)[1h:] offset 1m)',
    ],
  ])('%# writes %s', (query, text) => {
    expect(String(query)).toBe(text);
    expect(formatPromql(parsePromql(text))).toBe(text);
  });

  it('makes a tree that the engine takes', async () => {
    const store = memoryStore();
    await store.append([{ metric: 'm', labels: { a: 'x' }, timeMs: 0, value: 2 }]);
    const { result } = await createPromqlEngine(store).query(m.multiply(21).expression, { timeMs: 0 });
    expect(result).toMatchObject({ type: 'vector', values: Float64Array.of(42) });
  });

  it('refuses what makes no query, at once', () => {
    const wrong = [
      () => m.range('soon'),
      () => m.range(0),
      () => rate(m),
      () => metric('m', { a: /(?=x)/ }),
      () => func('nope', m),
      () => func('time'),
      () => m.over(''),
      () => m.offset('-'),
      () => m.offset(0),
      () => metric('m', { a: /Foo/i }),
      () => metric('m', { a: { not: /^x$/m } }),
      () => metric('m', { a: [] }),
      () => metric('m', { a: { not: [] } }),
      () => sum(m, { by: ['a'], without: ['b'] }),
      () => m.add(m, { on: ['a'], ignoring: ['b'] }),
      () => m.add(m, { on: ['a'], groupLeft: [], groupRight: [] }),
    ];
    for (const build of wrong) {
      expect(build).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });
});
