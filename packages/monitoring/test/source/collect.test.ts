import { acceleratedClock, NovaError, type Sample } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { collect, customSource, MonitoringError, type MetricSource, type SourceReading } from '@novacron/monitoring';
import { describe, expect, it } from 'vitest';

const descriptors = [{ name: 'm', unit: '', kind: 'gauge', description: '' }] as const;

function source(name: string, read: MetricSource['collect']): MetricSource {
  return { name, descriptors, collect: read };
}

function working(name: string, value = 1): MetricSource {
  return source(name, async ({ timeMs = 0 } = {}) => ({
    samples: [{ metric: 'm', labels: { source: name }, timeMs, value }],
    errors: [],
  }));
}

function measuring(samples: readonly unknown[]): MetricSource {
  return source('odd', async () => ({ samples: samples as Sample[], errors: [] }));
}

const hanging = source('hanging', () => new Promise(() => {}));

describe('collect', () => {
  it('gives the samples of all sources, in their order, with the time of the round', async () => {
    const clock = new ManualClock(5_000.7);
    const slowFirst = source('slow', async (options) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return working('slow').collect(options);
    });
    const round = await collect([slowFirst, working('a'), working('b')], { clock });
    expect(round.timeMs).toBe(5_000);
    expect(round.samples.map(({ labels, timeMs }) => [labels['source'], timeMs])).toEqual([
      ['slow', 5_000],
      ['a', 5_000],
      ['b', 5_000],
    ]);
    expect(round.errors).toEqual([]);
  });

  it('gives nothing for no sources', async () => {
    expect(await collect([])).toMatchObject({ samples: [], errors: [] });
  });

  it('delivers the others when one throws, at once or later, an error or anything', async () => {
    const failing = [
      source('sync', () => {
        throw new TypeError('broken');
      }),
      source('async', async () => {
        throw new MonitoringError({ kind: 'unavailable', message: 'away' });
      }),
      source('text', () => Promise.reject(new Error('text'))),
    ];
    const { samples, errors } = await collect([working('a'), ...failing, working('b')]);
    expect(samples.map(({ labels }) => labels['source'])).toEqual(['a', 'b']);
    expect(errors.map(({ source: name, reason, error }) => [name, reason, error.kind])).toEqual([
      ['sync', 'failed', 'internal'],
      ['async', 'failed', 'unavailable'],
      ['text', 'failed', 'internal'],
    ]);
  });

  it('delivers the others on time when one hangs', async () => {
    const deadlineClock = new ManualClock();
    const round = collect([hanging, working('a')], { sourceTimeoutMs: 500, deadlineClock });
    await deadlineClock.advance(500);
    const { samples, errors } = await round;
    expect(samples).toHaveLength(1);
    expect(errors).toMatchObject([
      { source: 'hanging', reason: 'timeout', error: { kind: 'timeout', retryable: true } },
    ]);
  });

  it('asks a source that hangs to stop', async () => {
    let stopped = false;
    const attentive = source('attentive', ({ signal } = {}) => {
      signal?.addEventListener('abort', () => (stopped = true));
      return new Promise(() => {});
    });
    await collect([attentive], { sourceTimeoutMs: 5 });
    expect(stopped).toBe(true);
  });

  it('does not shorten the time of sources when the clock of the data runs fast', async () => {
    const slow = source('slow', async (options) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return working('slow').collect(options);
    });
    const { errors } = await collect([slow], { clock: acceleratedClock(100_000, 0), sourceTimeoutMs: 5_000 });
    expect(errors).toEqual([]);
  });

  it('asks no more sources at a time than it may', async () => {
    let asked = 0;
    let most = 0;
    const sources = Array.from({ length: 50 }, (_, i) =>
      source(`s${i}`, async () => {
        most = Math.max(most, ++asked);
        await new Promise((resolve) => setTimeout(resolve, 1));
        asked--;
        return { samples: [], errors: [] };
      }),
    );
    await collect(sources, { concurrency: 4 });
    expect(most).toBe(4);
  });

  it('passes on what a source could not measure of itself', async () => {
    const error = new MonitoringError({ kind: 'not-found', message: 'gone', details: { vm: 'x' } });
    const { errors } = await collect([source('s', async () => ({ samples: [], errors: [error] }))]);
    expect(errors).toEqual([{ source: 's', reason: 'partial', error }]);
  });

  it('leaves out values that are not finite and says how many', async () => {
    const values = [1, Number.NaN, 2, Infinity, -Infinity, -0];
    const { samples, errors } = await collect([
      measuring(values.map((value) => ({ metric: 'm', labels: {}, timeMs: 1, value }))),
    ]);
    expect(samples.map(({ value }) => value)).toEqual([1, 2, -0]);
    expect(errors).toMatchObject([{ source: 'odd', reason: 'non-finite', count: 3 }]);
    expect(errors[0]?.error.message).toContain('m is NaN');
  });

  it('leaves out samples with wrong names, labels and times', async () => {
    const good = { metric: 'm', labels: { vm: 'a' }, timeMs: 1, value: 1 };
    const wrong = [
      { ...good, metric: 'no name' },
      { ...good, metric: undefined },
      { ...good, labels: { 'no-label': 'x' } },
      { ...good, labels: { vm: 1 } },
      { ...good, labels: undefined },
      { ...good, timeMs: Number.NaN },
      { ...good, timeMs: undefined },
      { ...good, value: '1' },
      null,
    ];
    const { samples, errors } = await collect([measuring([good, ...wrong])]);
    expect(samples).toEqual([good]);
    expect(errors).toMatchObject([{ source: 'odd', reason: 'invalid', count: wrong.length }]);
  });

  it('notices labels that are changed between collections', async () => {
    const labels: Record<string, string> = { vm: 'a' };
    const changing = measuring([{ metric: 'm', labels, timeMs: 1, value: 1 }]);
    expect((await collect([changing])).samples).toHaveLength(1);
    labels['bad-name'] = 'x';
    expect((await collect([changing])).samples).toHaveLength(0);
  });

  it('takes an answer of the wrong shape for a failure', async () => {
    for (const answer of [undefined, null, 7, {}, { samples: [] }, { samples: 'x', errors: [] }]) {
      const wrong = source('wrong', async () => answer as SourceReading);
      const { samples, errors } = await collect([wrong, working('a')]);
      expect(samples).toHaveLength(1);
      expect(errors).toMatchObject([{ source: 'wrong', reason: 'failed', error: { kind: 'invalid' } }]);
    }
  });

  it('rejects when the signal fires, before or during the round', async () => {
    await expect(collect([working('a')], { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'aborted' });
    const stop = new AbortController();
    const round = collect([hanging, hanging, working('a')], { signal: stop.signal, concurrency: 1 });
    setTimeout(() => stop.abort(), 5);
    const error: unknown = await round.catch((reason: unknown) => reason);
    expect(NovaError.isInstance(error) && error.kind).toBe('aborted');
  });

  it('refuses limits that make no sense', async () => {
    for (const options of [
      { concurrency: 0 },
      { concurrency: Number.NaN },
      { sourceTimeoutMs: 0 },
      { sourceTimeoutMs: -1 },
    ]) {
      await expect(collect([], options)).rejects.toMatchObject({ code: 'NOVA_MONITORING_INVALID' });
    }
  });

  it('makes a round of a hundred thousand samples without an error for each bad one', async () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({
      metric: 'm',
      labels: { i: String(i) },
      timeMs: 1,
      value: i % 2 === 0 ? i : Number.NaN,
    }));
    const { samples, errors } = await collect([measuring(many)]);
    expect(samples).toHaveLength(50_000);
    expect(errors).toMatchObject([{ count: 50_000 }]);
  });
});

describe('customSource', () => {
  it('gives samples alone, or with errors, and the time that it is asked for', async () => {
    const error = new MonitoringError({ kind: 'unavailable', message: 'half' });
    const clock = new ManualClock(70);
    const alone = customSource({
      name: 'alone',
      descriptors,
      clock,
      collect: ({ timeMs }) => [{ metric: 'm', labels: {}, timeMs, value: 1 }],
    });
    const both = customSource({ name: 'both', descriptors, collect: async () => ({ samples: [], errors: [error] }) });
    expect((await alone.collect()).samples[0]?.timeMs).toBe(70);
    expect((await alone.collect({ timeMs: 9 })).samples[0]?.timeMs).toBe(9);
    expect(await both.collect()).toEqual({ samples: [], errors: [error] });
  });

  it('refuses a wrong descriptor at once', () => {
    const wrong = [{ ...descriptors[0], name: 'no name' }];
    expect(() => customSource({ name: 'x', descriptors: wrong, collect: () => [] })).toThrow(/no name/);
  });
});
