import { acceleratedClock, type Sample } from '@novacron/core';
import { memoryStore, type MetricStore, type SampleBatch } from '@novacron/monitoring';
import { createPrometheusApi } from '@novacron/monitoring/http';
import { createPromqlEngine, RecordingRules, type RecordingGroup } from '@novacron/monitoring/promql';
import { beforeEach, describe, expect, it } from 'vitest';

let store: MetricStore;

const sample = (metric: string, labels: Record<string, string>, timeMs: number, value: number): Sample => ({
  metric,
  labels,
  timeMs,
  value,
});

beforeEach(async () => {
  store = memoryStore();
  await store.append([
    sample('memory_bytes', { vm: 'a', host: 'x' }, 0, 1),
    sample('memory_bytes', { vm: 'b', host: 'x' }, 0, 2),
    sample('memory_bytes', { vm: 'c', host: 'y' }, 0, 4),
  ]);
});

function recording(...groups: readonly RecordingGroup[]): RecordingRules {
  return new RecordingRules({ engine: createPromqlEngine(store), store, groups });
}

const byHost = { record: 'host:memory_bytes:sum', query: 'sum by (host) (memory_bytes)', labels: { source: 'rule' } };

describe('RecordingRules', () => {
  it('keep the answers of queries as series, each built on those before it', async () => {
    const rules = recording({
      name: 'fleet',
      rules: [
        byHost,
        { record: 'fleet:memory_bytes:max', query: 'max(host:memory_bytes:sum)' },
        { record: 'one', query: '1' },
      ],
    });
    await rules.evaluate(1000);
    const kept = await store.select({ labels: { vm: '' } });
    expect(kept.map(({ metric, labels, values }) => [metric, labels, [...values]])).toEqual([
      ['fleet:memory_bytes:max', {}, [4]],
      ['host:memory_bytes:sum', { host: 'x', source: 'rule' }, [3]],
      ['host:memory_bytes:sum', { host: 'y', source: 'rule' }, [4]],
      ['one', {}, [1]],
    ]);
  });

  it('end a series that a rule no longer gives', async () => {
    const rules = recording({ name: 'fleet', rules: [{ record: 'big', query: 'memory_bytes > 1' }] });
    await rules.evaluate(1000);
    await store.append([sample('memory_bytes', { vm: 'b', host: 'x' }, 2000, 0)]);
    await rules.evaluate(3000);
    const { result } = await createPromqlEngine(store).query('big', { timeMs: 3000 });
    expect(result.type === 'vector' && result.series.map(({ labels }) => labels['vm'])).toEqual(['c']);
  });

  it('go on when one fails, and say which and why', async () => {
    const rules = recording({
      name: 'fleet',
      intervalMs: 30_000,
      maxSeries: 2,
      rules: [
        { record: 'many', query: 'memory_bytes' },
        { record: 'twice', query: 'label_replace(memory_bytes, "vm", "", "", "")', labels: { host: 'same' } },
        { record: 'range', query: 'memory_bytes[5m]' },
        byHost,
      ],
    });
    expect(rules.groups()[0]?.rules.map(({ health }) => health)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    await rules.evaluate(1000);
    const [group] = rules.groups();
    expect(group).toMatchObject({ name: 'fleet', interval: 30 });
    expect(group?.rules.map(({ health, lastError }) => `${health} ${lastError}`)).toEqual([
      expect.stringContaining('err many gives 3 series'),
      expect.stringMatching(/^err /),
      expect.stringContaining('not a matrix'),
      'ok ',
    ]);
    const response = await createPrometheusApi(store, { rules: () => rules.groups() }).fetch(
      new Request('http://localhost/api/v1/rules?type=record&rule_name[]=host:memory_bytes:sum'),
    );
    expect(await response.json()).toMatchObject({
      data: { groups: [{ rules: [{ health: 'ok', lastEvaluation: '1970-01-01T00:00:01.000Z' }] }] },
    });
  });

  it('are evaluated at each interval, on times that are multiples of it', async () => {
    const clock = acceleratedClock(20_000, 5_000);
    const stop = new AbortController();
    const engine = createPromqlEngine(store);
    const groups = [{ name: 'one', intervalMs: 60_000, rules: [{ record: 'one', query: '1' }] }];
    const rules = new RecordingRules({ engine, store, groups, clock });
    const running = rules.run(stop.signal);
    while (((await store.select({ metric: 'one' }))[0]?.timesMs.length ?? 0) < 3) await clock.sleep(1000);
    stop.abort();
    await running;
    const [series] = await store.select({ metric: 'one' });
    for (const timeMs of series?.timesMs ?? []) expect(timeMs % 60_000).toBe(0);
  });

  it('may use what is experimental where the engine may', async () => {
    const groups = [{ name: 'x', rules: [{ record: 'a', query: 'mad_over_time(memory_bytes[5m])' }] }];
    expect(() => recording(...groups)).toThrow('not enabled');
    const engine = createPromqlEngine(store, { experimental: true });
    const rules = new RecordingRules({ engine, store, groups });
    await rules.evaluate(1_000);
    expect((await store.series({ metric: 'a' })).length).toBe(3);
  });

  it('forget series that are gone: memory stays flat while they come and go', async () => {
    const labels = new Set<object>();
    const spied = Object.assign(Object.create(store) as MetricStore, {
      append: async (samples: readonly Sample[]) => {
        for (const each of samples) labels.add(each.labels);
        return store.append(samples);
      },
      register: async (series: readonly { metric: string; labels: object }[]) => {
        for (const each of series) labels.add(each.labels);
        return store.register(series as never);
      },
      appendBatch: (batch: SampleBatch) => store.appendBatch(batch),
    });
    const engine = createPromqlEngine(store);
    const rules = new RecordingRules({
      engine,
      store: spied,
      groups: [{ name: 'x', rules: [{ record: 'pod', query: 'pods' }] }],
    });
    const evaluate = async (pod: string, timeMs: number): Promise<void> => {
      await store.append([sample('pods', { pod }, timeMs, 1)]);
      await rules.evaluate(timeMs);
      await store.delete({ metric: 'pods' });
    };
    await evaluate('first', 1_000);
    await evaluate('second', 2_000);
    const before = labels.size;
    await evaluate('first', 3_000);
    expect(labels.size).toBe(before + 1); // made anew, as what was known of it is forgotten
  });

  it('are refused when they make no sense', () => {
    expect(() => recording({ name: 'x', rules: [{ record: 'a', query: 'sum(' }] })).toThrow('parse error');
    expect(() => recording({ name: 'x', rules: [{ record: 'a b', query: '1' }] })).toThrow('Metric name');
    expect(() => recording({ name: 'x', intervalMs: 0, rules: [] })).toThrow('intervalMs of x');
  });
});
