import { ManualClock } from '@novacron/core/testing';
import { metricRegistry, type MetricRegistry } from '@novacron/monitoring';
import { describeMetricSource } from '@novacron/monitoring/testing';
import { describe, expect, it } from 'vitest';

describeMetricSource('metricRegistry', () => {
  const registry = metricRegistry();
  registry.gauge('queue.length', { unit: '{job}' }).set(3, { queue: 'mail' });
  registry.counter('jobs.done').add(1);
  return registry;
});

async function valuesOf(registry: MetricRegistry): Promise<Record<string, number>> {
  const { samples } = await registry.collect();
  return Object.fromEntries(
    samples.map(({ metric, labels, value }) => [`${metric} ${Object.values(labels).join()}`, value]),
  );
}

describe('metricRegistry', () => {
  it('keeps the last value of a gauge and the sum of a counter, for each set of labels', async () => {
    const registry = metricRegistry();
    const queue = registry.gauge('queue');
    queue.set(3, { name: 'mail' });
    queue.set(5, { name: 'mail' });
    queue.set(-1.5);
    const jobs = registry.counter('jobs');
    jobs.add();
    jobs.add(2.5);
    jobs.add(0, { name: 'mail' });
    expect(await valuesOf(registry)).toEqual({
      'queue mail': 5,
      'queue ': -1.5,
      'jobs ': 3.5,
      'jobs mail': 0,
      'novacron.registry.dropped ': 0,
    });
  });

  it('gives the same metric to everyone who asks for its name', async () => {
    const registry = metricRegistry();
    registry.counter('jobs', { unit: '{job}', description: 'Jobs' }).add(1);
    registry.counter('jobs').add(1);
    expect(await valuesOf(registry)).toMatchObject({ 'jobs ': 2 });
    expect(registry.descriptors.find(({ name }) => name === 'jobs')).toEqual({
      name: 'jobs',
      unit: '{job}',
      kind: 'counter',
      description: 'Jobs',
    });
  });

  it('takes the same labels in any order, and later changes of them do not matter', async () => {
    const registry = metricRegistry();
    const labels = { a: '1', b: '2' };
    const gauge = registry.gauge('g');
    gauge.set(1, labels);
    labels.a = 'changed';
    gauge.set(2, { b: '2', a: '1' });
    const { samples } = await registry.collect();
    expect(samples[0]).toMatchObject({ labels: { a: '1', b: '2' }, value: 2 });
  });

  it('forgets what was removed', async () => {
    const registry = metricRegistry();
    const gauge = registry.gauge('g');
    gauge.set(1, { vm: 'a' });
    gauge.set(2, { vm: 'b' });
    gauge.remove({ vm: 'a' });
    gauge.remove({ vm: 'never there' });
    expect(await valuesOf(registry)).toEqual({ 'g b': 2, 'novacron.registry.dropped ': 0 });
  });

  it('drops and counts values of more series than it may hold', async () => {
    const registry = metricRegistry({ maxSeries: 2 });
    const gauge = registry.gauge('g');
    for (const vm of ['a', 'b', 'c', 'c', 'a']) gauge.set(1, { vm });
    expect(registry.dropped).toBe(2);
    expect(await valuesOf(registry)).toEqual({ 'g a': 1, 'g b': 1, 'novacron.registry.dropped ': 2 });
    gauge.remove({ vm: 'a' });
    gauge.set(7, { vm: 'c' });
    expect(await valuesOf(registry)).toMatchObject({ 'g c': 7 });
  });

  it('refuses what would spoil a metric, at once', () => {
    const registry = metricRegistry();
    const gauge = registry.gauge('g');
    const counter = registry.counter('c');
    for (const value of [Number.NaN, Infinity, '1' as unknown as number]) {
      expect(() => gauge.set(value)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
    for (const amount of [-1, Number.NaN, Infinity]) {
      expect(() => counter.add(amount)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
    expect(() => gauge.set(1, { 'no-label': 'x' })).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => registry.gauge('no name')).toThrow(expect.objectContaining({ kind: 'invalid' }));
    expect(() => metricRegistry({ maxSeries: 0 })).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it('does not let a name be two kinds of metric, nor its own one be taken', () => {
    const registry = metricRegistry();
    registry.gauge('g');
    expect(() => registry.counter('g')).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_ALREADY_EXISTS' }));
    expect(() => registry.counter('novacron.registry.dropped')).toThrow(
      expect.objectContaining({ kind: 'already-exists' }),
    );
  });

  it('goes by the time of the round, or by its clock', async () => {
    const registry = metricRegistry({ clock: new ManualClock(42), name: 'app' });
    expect(registry.name).toBe('app');
    expect((await registry.collect()).samples[0]?.timeMs).toBe(42);
    expect((await registry.collect({ timeMs: 7 })).samples[0]?.timeMs).toBe(7);
  });
});
