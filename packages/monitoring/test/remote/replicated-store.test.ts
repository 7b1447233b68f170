import type { NovaError, Sample } from '@novacron/core';
import { memoryStore, type MetricStore } from '@novacron/monitoring';
import { replicatedStore } from '@novacron/monitoring/remote';
import { describeStore } from '@novacron/monitoring/testing';
import { describe, expect, it } from 'vitest';
import { MonitoringError } from '../../src/error.ts';

describeStore('replicatedStore', (options) => replicatedStore([memoryStore(options), memoryStore(options)]));

/** A store that fails every call while it is away. */
function store(): MetricStore & { isAway: boolean } {
  const state = { isAway: false };
  const failing = new Proxy(memoryStore(), {
    get: (target, name) => {
      if (name === 'isAway') return state.isAway;
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      return (...parameters: unknown[]): unknown =>
        state.isAway && name !== 'close'
          ? Promise.reject(new MonitoringError({ kind: 'unavailable', message: 'away' }))
          : Reflect.apply(member, target, parameters);
    },
    set: (_, name, value: boolean) => {
      if (name === 'isAway') state.isAway = value;
      return true;
    },
  });
  return failing as MetricStore & { isAway: boolean };
}

const sample = (timeMs: number, value = timeMs): Sample => ({ metric: 'm', labels: { vm: 'a' }, timeMs, value });

async function valuesOf(of: MetricStore): Promise<number[]> {
  return [...((await of.select({ metric: 'm' }))[0]?.values ?? [])];
}

describe('replicatedStore', () => {
  it('goes on while a store is away, says so, and fills from the others what that one missed', async () => {
    const [a, b] = [store(), store()];
    const failures: [NovaError, number][] = [];
    await using both = replicatedStore([a, b], { onFailure: (...failure) => failures.push(failure) });
    await both.append([sample(1)]);
    a.isAway = true;
    expect(await both.append([sample(2)])).toEqual({ appended: 1, rejected: [] });
    expect(await valuesOf(both)).toEqual([1, 2]);
    expect(failures.map(([{ code }, which]) => [code, which])).toEqual([
      ['NOVA_MONITORING_UNAVAILABLE', 0],
      ['NOVA_MONITORING_UNAVAILABLE', 0],
    ]);
    a.isAway = false;
    b.isAway = true;
    await both.append([sample(3)]);
    b.isAway = false;
    expect([await valuesOf(a), await valuesOf(b)]).toEqual([
      [1, 3],
      [1, 2],
    ]);
    expect(await valuesOf(both)).toEqual([1, 2, 3]);
  });

  it('throws when too few stores take what is written, and takes it again without doubling it', async () => {
    const [a, b] = [store(), store()];
    await using both = replicatedStore([a, b], { required: 2 });
    b.isAway = true;
    await expect(both.append([sample(1)])).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNAVAILABLE' });
    b.isAway = false;
    expect(await both.append([sample(1)])).toEqual({ appended: 1, rejected: [] });
    expect([await valuesOf(a), await valuesOf(b)]).toEqual([[1], [1]]);
  });

  it('registers series later with a store that was away', async () => {
    const [a, b] = [store(), store()];
    await using both = replicatedStore([a, b]);
    b.isAway = true;
    const refs = await both.register([{ metric: 'm', labels: { vm: 'a' } }]);
    b.isAway = false;
    const batch = { refs, timesMs: Float64Array.of(5), values: Float64Array.of(7) };
    expect(await both.appendBatch(batch)).toEqual({ appended: 1, rejected: [] });
    expect(await valuesOf(b)).toEqual([7]);
  });

  it('deletes from all or says that it did not', async () => {
    const [a, b] = [store(), store()];
    await using both = replicatedStore([a, b]);
    await both.append([sample(1)]);
    b.isAway = true;
    await expect(both.delete({})).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNAVAILABLE' });
    b.isAway = false;
    await both.delete({});
    expect(await both.select()).toEqual([]);
  });

  it('throws what is wrong with a call, and when nobody answers', async () => {
    const [a, b] = [store(), store()];
    await using both = replicatedStore([a, b]);
    await both.append([sample(1), sample(2)]);
    await expect(both.select({ maxSamples: 1 })).rejects.toMatchObject({ code: 'NOVA_MONITORING_QUOTA' });
    await expect(both.append([sample(3)], { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'NOVA_CORE_ABORTED',
    });
    a.isAway = true;
    b.isAway = true;
    await expect(both.stats()).rejects.toMatchObject({ code: 'NOVA_MONITORING_UNAVAILABLE' });
  });

  it('refuses options that make no sense', () => {
    expect(() => replicatedStore([])).toThrow('empty');
    for (const required of [0, 2, 1.5, Number.NaN])
      expect(() => replicatedStore([memoryStore()], { required })).toThrow('required must be');
  });
});
