import { memoryStore } from '@novacron/monitoring';
import { createPromqlEngine, formatPromql, parsePromql } from '@novacron/monitoring/promql';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const label = fc.constantFrom('job', 'instance', 'le', 'odd label');
const duration = fc.integer({ min: 1, max: 90_000_000 }).map((ms) => `${ms}ms`);
const text = fc.string({ maxLength: 6 }).map((value) => JSON.stringify(value.replace(/[^\x20-\x7e]/g, '')));
const quoted = (name: string): string => (/^\w+$/.test(name) ? name : JSON.stringify(name));
const labels = fc.uniqueArray(label, { maxLength: 3 }).map((names) => `(${names.map(quoted).join(',')})`);
const shift = fc.oneof(
  fc.constant(''),
  duration.map((by) => ` offset ${by}`),
  fc.constantFrom(' @ start()', ' @ end()', ' @ 12.5', ' @ -3 offset -5m'),
);
const selector = fc
  .tuple(
    fc.constantFrom('up', 'm:x', 'sum', 'rate'),
    fc.array(fc.tuple(label, fc.constantFrom('=', '!='), text), { maxLength: 2 }),
  )
  .map(([name, matchers]) => `${name}{${matchers.map(([key, op, value]) => `${quoted(key)}${op}${value}`).join(',')}}`);

const { vector } = fc.letrec<{ vector: string; scalar: string }>((tie) => ({
  scalar: fc.oneof(
    { depthSize: 'small' },
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.constantFrom('NaN', 'Inf', '-1', 'time()', '0x1f', '5m'),
    fc
      .tuple(tie('scalar'), fc.constantFrom('+', '^', '== bool'), tie('scalar'))
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
  ),
  vector: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(selector, shift).map(([base, moved]) => base + moved),
    fc
      .tuple(fc.constantFrom('rate', 'max_over_time'), selector, duration, shift)
      .map(([name, base, range, moved]) => `${name}(${base}[${range}]${moved})`),
    fc
      .tuple(tie('vector'), duration, duration, shift)
      .map(([inner, range, step, moved]) => `sum_over_time((${inner})[${range}:${step}]${moved})`),
    fc
      .tuple(fc.constantFrom('sum', 'avg'), fc.constantFrom('by', 'without'), labels, tie('vector'))
      .map(([op, how, names, inner]) => `${op} ${how} ${names} (${inner})`),
    fc.tuple(tie('scalar'), tie('vector')).map(([k, inner]) => `topk(${k}, ${inner})`),
    fc
      .tuple(
        tie('vector'),
        fc.constantFrom('and', 'unless', '+', '> bool', '/ ignoring (x) group_left (y)', 'or on (job)'),
        tie('vector'),
      )
      .map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('vector').map((inner) => `-${inner}`),
    tie('vector').map((inner) => `label_replace(${inner}, "a", "$1", "b", "(.*)")`),
  ),
}));

function withoutPlaces(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutPlaces);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) =>
      key === 'range' || value === undefined ? [] : [[key, withoutPlaces(value)]],
    ),
  );
}

describe('the parser and the printer', () => {
  it('read what they have written as the same', () => {
    fc.assert(
      fc.property(vector, (query) => {
        const tree = parsePromql(query);
        const printed = formatPromql(tree);
        const again = parsePromql(printed);
        expect(withoutPlaces(again)).toEqual(withoutPlaces(tree));
        expect(formatPromql(again)).toBe(printed);
      }),
      { numRuns: 500 },
    );
  });

  it('never fail but with an error of their own, whatever the text', () => {
    const words = fc.constantFrom(
      'sum',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '5m',
      ':',
      'by',
      'on',
      '"a"',
      ',',
      '=',
      '=~',
      '+',
      '@',
      'offset',
      '1.',
      'x',
      '#',
      '\n',
      '`',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(words, fc.string({ maxLength: 3 })), { maxLength: 12 }), (parts) => {
        try {
          parsePromql(parts.join(' '), { experimental: true });
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^NOVA_MONITORING_QUERY_/) as string });
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a range query', () => {
  const queries = [
    'm',
    'sum by (a) (m)',
    'rate(m[2m])',
    'avg_over_time(m[90s] offset 30s)',
    'topk(2, m)',
    'm > 3 or m < 2',
    'm and m offset 1m',
    'm * on (a, b) group_left m',
    'quantile(0.5, m)',
    'max_over_time(sum by (a) (m)[3m:40s])',
    'stddev(m) + scalar(sum(m))',
    'absent(m{a="1"})',
    'count_values("v", m)',
    'deriv(m[5m])',
    'predict_linear(m[5m], 10)',
    'last_over_time(m[45s]) - m @ 200',
    'label_replace(m, "c", "$1", "a", "(.*)") unless on (c) m{b="0"}',
    'clamp(m, 1, time() / 100)',
    'resets(m[4m]) + changes(m[4m])',
  ];

  it('is the instant queries at each of its steps', async () => {
    const series = fc.array(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.constantFrom(0, 1, 2.5, 4, 7, -3, 1e9)), {
        maxLength: 25,
      }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(
        series,
        fc.constantFrom(...queries),
        fc.integer({ min: 1, max: 90_000 }),
        async (data, query, stepMs) => {
          const store = memoryStore();
          for (const [i, points] of data.entries()) {
            let timeMs = 0;
            const labels = { a: String(i % 2), b: String(i) };
            await store.append(points.map(([gap, value]) => ({ metric: 'm', labels, timeMs: (timeMs += gap), value })));
          }
          const engine = createPromqlEngine(store);
          const [startMs, endMs] = [60_000, 60_000 + stepMs * 9];
          const { result } = await engine.queryRange(query, { startMs, endMs, stepMs });
          const ranged: Record<string, number> = {};
          for (const { metric, labels, timesMs, values } of result.series) {
            timesMs.forEach((timeMs, i) => (ranged[`${timeMs} ${metric} ${keyOf(labels)}`] = values[i] as number));
          }
          const moments: Record<string, number> = {};
          for (let timeMs = startMs; timeMs <= endMs; timeMs += stepMs) {
            const { result: one } = await engine.query(query, { timeMs });
            if (one.type !== 'vector') throw new Error(one.type);
            one.series.forEach(
              ({ metric, labels }, row) =>
                (moments[`${timeMs} ${metric} ${keyOf(labels)}`] = one.values[row] as number),
            );
          }
          expect(ranged).toEqual(moments);
        },
      ),
      { numRuns: 150 },
    );
  });
});

function keyOf(labels: object): string {
  return JSON.stringify(Object.entries(labels).sort(([x], [y]) => (x < y ? -1 : 1)));
}

describe('what is worked out for a series', () => {
  const stale = new Float64Array(Uint32Array.of(2, 0x7ff0_0000).buffer)[0] as number;
  const queries = ['rate(m[2m])', 'increase(m[5m])', 'delta(m[3m] offset 20s)', 'deriv(m[4m])', 'rate(m[4m:30s])'];

  it('does not depend on the series beside it, whether they have the same times or others', async () => {
    const shape = fc.record({
      missing: fc.integer({ min: 0, max: 60 }),
      lateMs: fc.constantFrom(0, 0, 0, 7, 4_000),
      staleAt: fc.constantFrom(-1, -1, 20),
      resetAt: fc.constantFrom(-1, 10),
      start: fc.constantFrom(0, 3, 1e6),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(shape, { minLength: 2, maxLength: 6 }),
        fc.constantFrom(...queries),
        async (shapes, query) => {
          const store = memoryStore();
          for (const [i, { missing, lateMs, staleAt, resetAt, start }] of shapes.entries()) {
            const places = Array.from({ length: 40 }, (_, place) => place).filter((place) => place !== missing);
            const [ref] = await store.register([{ metric: 'm', labels: { i: String(i) } }]);
            await store.appendBatch({
              refs: new Uint32Array(places.length).fill(ref as number),
              timesMs: Float64Array.from(places, (place) => place * 15_000 + lateMs),
              values: Float64Array.from(places, (place) => {
                if (place === staleAt) return stale;
                return start * (place < resetAt ? 2 : 1) + place * (i + 1);
              }),
            });
          }
          const engine = createPromqlEngine(store);
          const steps = { startMs: 30_000, endMs: 600_000, stepMs: 25_000 };
          const alone = await Promise.all(
            shapes.map((_, i) => engine.queryRange(query.replace('m[', `m{i="${i}"}[`), steps)),
          );
          const { result } = await engine.queryRange(query, steps);
          expect(result.series).toEqual(alone.flatMap((one) => one.result.series));
          expect(result.series.length).toBe(shapes.length);
        },
      ),
      { numRuns: 150 },
    );
  });
});
