import { ExpositionParser, formatExposition, type ExpositionFormat } from '@novacron/monitoring';
import type { Sample } from '@novacron/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expositionContentType, expositionFormatOf } from '../../src/exposition/exposition-format.ts';

const nowMs = 5_000;

function parse(page: string, format?: ExpositionFormat): ReturnType<ExpositionParser['parse']> {
  return new ExpositionParser().parse(page, { timeMs: nowMs, format });
}

describe('ExpositionParser', () => {
  it("reads a page of Prometheus' format", () => {
    const { samples, metadata } = parse(
      [
        '# HELP http_requests_total All requests.\\nLine two \\\\.',
        '# TYPE http_requests_total counter',
        'http_requests_total{method="post",code="200"} 1027 1395066363000',
        'http_requests_total { method = "post" , code="400" , }    3',
        '',
        '# a comment',
        '#also one',
        'msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9\r',
        'metric_without_timestamp_and_labels 12.47',
        'something_weird{problem="division by {zero}"} +Inf -3982045',
        'rpc_duration_seconds{quantile="0.01",empty=""} 3102',
        'nan NaN',
        '\tneg -.5E+2',
        '# TYPE nan untyped',
      ].join('\n'),
    );
    expect(samples).toEqual([
      {
        metric: 'http_requests_total',
        labels: { method: 'post', code: '200' },
        timeMs: 1_395_066_363_000,
        value: 1027,
      },
      { metric: 'http_requests_total', labels: { method: 'post', code: '400' }, timeMs: nowMs, value: 3 },
      {
        metric: 'msdos_file_access_time_seconds',
        labels: { path: 'C:\\DIR\\FILE.TXT', error: 'Cannot find file:\n"FILE.TXT"' },
        timeMs: nowMs,
        value: 1_458_255_915,
      },
      { metric: 'metric_without_timestamp_and_labels', labels: {}, timeMs: nowMs, value: 12.47 },
      { metric: 'something_weird', labels: { problem: 'division by {zero}' }, timeMs: -3_982_045, value: Infinity },
      { metric: 'rpc_duration_seconds', labels: { quantile: '0.01' }, timeMs: nowMs, value: 3102 },
      { metric: 'nan', labels: {}, timeMs: nowMs, value: Number.NaN },
      { metric: 'neg', labels: {}, timeMs: nowMs, value: -50 },
    ]);
    expect(metadata).toEqual([
      { metric: 'http_requests_total', type: 'counter', help: 'All requests.\nLine two \\.', unit: '' },
      { metric: 'nan', type: 'unknown', help: '', unit: '' },
    ]);
  });

  it('reads OpenMetrics: seconds, units, exemplars and an end', () => {
    const { samples, metadata, exemplars } = parse(
      [
        '# TYPE latency_seconds histogram',
        '# UNIT latency_seconds seconds',
        '# HELP latency_seconds How \\"long\\".',
        'latency_seconds_bucket{le="1"} 8 1520879607.789 # {trace_id="KOO5S4vxi0o",x="} #"} 0.67 1520879606.5',
        'latency_seconds_bucket{le="+Inf"} 9 # {} 2',
        '# EOF',
        '',
      ].join('\n'),
      'openmetrics',
    );
    expect(samples.map(({ timeMs, value }) => [timeMs, value])).toEqual([
      [1_520_879_607_789, 8],
      [nowMs, 9],
    ]);
    expect(metadata).toEqual([{ metric: 'latency_seconds', type: 'histogram', help: 'How "long".', unit: 'seconds' }]);
    expect(exemplars.map(({ series, exemplar }) => [series.labels['le'], exemplar])).toEqual([
      ['1', { labels: { trace_id: 'KOO5S4vxi0o', x: '} #' }, value: 0.67, timeMs: 1_520_879_606_500 }],
      ['+Inf', { labels: {}, value: 2, timeMs: nowMs }],
    ]);
  });

  it('reads names in quotes', () => {
    expect(parse('{"vm.up",vm="a"} 1').samples).toEqual([
      { metric: 'vm.up', labels: { vm: 'a' }, timeMs: nowMs, value: 1 },
    ]);
  });

  it('gives the same object of labels for a series in every page', () => {
    const parser = new ExpositionParser();
    const [first] = parser.parse('up{vm="a"} 1', { timeMs: 1 }).samples;
    const [second] = parser.parse('up{vm="a"} 0', { timeMs: 2 }).samples;
    expect(second).toEqual({ ...first, timeMs: 2, value: 0 });
    expect(second?.labels).toBe(first?.labels);
    expect(Object.isFrozen(first?.labels)).toBe(true);
  });

  it.each([
    ['up{vm="a} 1', 'do not end'],
    ['up{vm="a"', 'do not end'],
    ['up{vm=a} 1', 'where "\\"" should be'],
    ['up{vm="a" host="b"} 1', 'where "," should be'],
    ['up{=“a”} 1', 'where a label should be'],
    ['up{vm="a",vm="b"} 1', 'twice'],
    ['up{vm} 1', 'has no value'],
    ['up', 'nothing is no number'],
    ['up one', '"one" is no number'],
    ['up 0x10', 'is no number'],
    ['up 1 2 3', 'behind the value'],
    ['up 1 Inf', 'not finite'],
    ['0up 1', 'Metric name'],
    ['{vm="a"} 1', 'Metric name'],
    ['# TYPE up strange', '"strange" is no type'],
  ])('refuses %j and says where and why', (line, why) => {
    const page = `good 1\n${line}\n`;
    const refused = expect.objectContaining({ code: 'NOVA_MONITORING_INVALID', details: { line: 2 } }) as Error;
    expect(() => parse(page)).toThrow(refused);
    expect(() => parse(page)).toThrow(why);
  });

  it('lets others work while it reads a long page, and stops when it is told to', async () => {
    const page = Array.from({ length: 20_000 }, (_, i) => `up{vm="vm-${i}"} ${i}`).join('\n');
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const { samples } = await new ExpositionParser().parseInPieces(page, { timeMs: nowMs });
    clearInterval(timer);
    expect(samples).toEqual(parse(page).samples);
    expect(turns).toBeGreaterThan(2);
    const stopped = new ExpositionParser().parseInPieces(page, { timeMs: nowMs }, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('refuses OpenMetrics without an end, or with more behind it', () => {
    expect(() => parse('up 1\n', 'openmetrics')).toThrow('# EOF is missing');
    expect(() => parse('# EOF\nup 1\n', 'openmetrics')).toThrow('behind # EOF');
    expect(parse('up 1\n# EOF\n').samples).toHaveLength(1);
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
const anySample: fc.Arbitrary<Sample> = fc.record({
  metric: name,
  labels: fc.dictionary(
    name,
    text.filter((value) => value !== ''),
    { maxKeys: 4, noNullPrototype: true },
  ),
  timeMs: fc.integer({ min: -1_000_000_000_000, max: 2_000_000_000_000 }),
  value: fc.double(),
});

describe('formatExposition', () => {
  it.each(['prometheus', 'openmetrics'] as const)('writes what the parser reads, in the format %s', (format) => {
    fc.assert(
      fc.property(fc.array(anySample, { maxLength: 20 }), (samples) => {
        const page = [...formatExposition(samples, { format, times: true })].join('');
        const read = new ExpositionParser().parse(page, { timeMs: 0, format }).samples;
        const grouped = [...new Set(samples.map(({ metric }) => metric))].flatMap((metric) =>
          samples.filter((sample) => sample.metric === metric),
        );
        expect(read).toEqual(grouped);
      }),
    );
  });

  it('says what the metrics are, and keeps the samples of a metric together', () => {
    const known = {
      wait_seconds: { metric: 'wait_seconds', type: 'histogram', help: 'How\nlong.', unit: 'seconds' },
      jobs_total: { metric: 'jobs_total', type: 'counter', help: '', unit: '' },
      state: { metric: 'state', type: 'stateset', help: 'x', unit: '' },
    } as const;
    const samples = ['wait_seconds_sum', 'jobs_total', 'wait_seconds_count', 'state'].map((metric, value) => ({
      metric,
      labels: {},
      timeMs: 1500,
      value,
    }));
    const metadata = (metric: string) =>
      Object.hasOwn(known, metric) ? known[metric as keyof typeof known] : undefined;
    expect([...formatExposition(samples, { metadata })].join('')).toBe(`# HELP wait_seconds How\\nlong.
# TYPE wait_seconds histogram
wait_seconds_sum 0
wait_seconds_count 2
# TYPE jobs_total counter
jobs_total 1
# HELP state x
# TYPE state gauge
state 3
`);
    expect([...formatExposition(samples, { metadata, format: 'openmetrics', times: true })].join(''))
      .toBe(`# HELP wait_seconds How\\nlong.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_sum 0 1.5
wait_seconds_count 2 1.5
# TYPE jobs counter
jobs_total 1 1.5
# HELP state x
# TYPE state stateset
state 3 1.5
# EOF
`);
  });

  it('writes many series in pieces', () => {
    const samples = Array.from({ length: 20_000 }, (_, i) => ({
      metric: 'up',
      labels: { vm: `vm-${i}` },
      timeMs: 0,
      value: 1,
    }));
    const pieces = [...formatExposition(samples)];
    expect(pieces.length).toBeGreaterThan(3);
    for (const piece of pieces) expect(piece.length).toBeLessThan(70_000);
    expect(pieces.join('').split('\n')).toHaveLength(20_001);
    expect([...formatExposition([])]).toEqual([]);
  });
});

describe('expositionFormatOf', () => {
  it('knows OpenMetrics by its content type', () => {
    expect(expositionFormatOf(expositionContentType.openmetrics)).toBe('openmetrics');
    expect(expositionFormatOf(expositionContentType.prometheus)).toBe('prometheus');
    expect(expositionFormatOf(null)).toBe('prometheus');
  });
});
