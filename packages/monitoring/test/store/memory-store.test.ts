import { systemClock } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { memoryStore } from '@novacron/monitoring';
import { describeStore } from '@novacron/monitoring/testing';
import { describe, expect, it } from 'vitest';

describeStore('memoryStore', (options) => memoryStore(options));

describe('memoryStore', () => {
  const round = (timeMs: number, series: number) =>
    Array.from({ length: series }, (_, i) => ({ metric: 'm', labels: { i: String(i) }, timeMs, value: i }));

  it('never holds more samples than it may: the oldest of all go first', async () => {
    await using store = memoryStore({ maxSamples: 1_000 });
    await store.append([{ metric: 'once', labels: {}, timeMs: 0, value: 1 }]);
    for (let time = 1; time <= 500; time++) {
      await store.append(round(time, 10));
      expect((await store.stats()).samples).toBeLessThanOrEqual(1_000);
    }
    const stored = await store.select();
    expect(stored).toHaveLength(10); // the series of one old sample is gone
    for (const { timesMs } of stored) {
      expect(timesMs.at(-1)).toBe(500);
      expect(timesMs.length).toBeGreaterThanOrEqual(89);
      expect(timesMs[0]).toBe(stored[0]?.timesMs[0]);
    }
  });

  it('lets one series keep less than others that get their samples with it', async () => {
    const clock = new ManualClock(1_000);
    const retention = [{ series: { labels: { vm: 'a' } }, retentionMs: 50 }];
    await using store = memoryStore({ clock, retention });
    const sample = (vm: string, timeMs: number) => ({ metric: 'm', labels: { vm }, timeMs, value: timeMs });
    for (let timeMs = 1_000; timeMs < 1_050; timeMs += 5) {
      await store.append(['a', 'b', 'c'].map((vm) => sample(vm, timeMs)));
    }
    await store.append([sample('c', 1_050)]);
    await store.append([sample('a', 1_051)]); // goes another way than the others
    await clock.advance(90);
    await store.maintain();
    await store.append([sample('b', 1_051)]); // goes that way, too, and has more to take along
    const [first, second] = await store.select();
    expect([...(first?.timesMs ?? [])]).toEqual([1_040, 1_045, 1_051]);
    expect([...(second?.timesMs ?? [])]).toEqual([...Array.from({ length: 10 }, (_, i) => 1_000 + i * 5), 1_051]);
    expect(second?.values).toEqual(second?.timesMs);
  });

  it('makes room in one call that holds more than it may', async () => {
    await using store = memoryStore({ maxSamples: 100 });
    const samples = Array.from({ length: 5_000 }, (_, i) => ({ metric: 'm', labels: {}, timeMs: i, value: i }));
    expect((await store.append(samples)).appended).toBe(5_000);
    const [series] = await store.select();
    expect(series?.timesMs.at(-1)).toBe(4_999);
    expect((await store.stats()).samples).toBeLessThanOrEqual(100);
  });

  it('makes room too when all samples have one time', async () => {
    await using store = memoryStore({ maxSamples: 100 });
    await store.append(round(5, 300));
    expect((await store.stats()).samples).toBeLessThanOrEqual(300);
    await store.append(round(6, 50));
    expect((await store.stats()).samples).toBeLessThanOrEqual(100);
  });

  it('gives memory back when samples go', async () => {
    const clock = new ManualClock(0);
    await using store = memoryStore({ clock, retentionMs: 1_000 });
    const series = 50;
    for (let time = 0; time < 20_000; time += 10) {
      await clock.advance(10);
      if (time % 1_000 === 0) await store.append(round(time + 1, series));
      else await store.append(round(time + 1, 1));
    }
    const { samples, sizeBytes } = await store.stats();
    expect(samples).toBeLessThanOrEqual(110 + 2 * series);
    expect(sizeBytes).toBeLessThan(64_000);
  }, 60_000);

  it('rejects samples of more series than it may hold, and refuses to register them', async () => {
    await using store = memoryStore({ maxSeries: 2 });
    expect(await store.append(round(1, 5))).toEqual({ appended: 2, rejected: [{ reason: 'series-limit', count: 3 }] });
    expect(await store.append(round(2, 2))).toEqual({ appended: 2, rejected: [] });
    await expect(store.register([{ metric: 'other', labels: {} }])).rejects.toMatchObject({
      code: 'NOVA_MONITORING_QUOTA',
    });
  });

  it('refuses limits that make no sense, at once', () => {
    for (const options of [{ maxSamples: 0 }, { maxSeries: -1 }, { retentionMs: Number.NaN }]) {
      expect(() => memoryStore(options)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });

  it('lets other work go first during a long read, so that it can be aborted', async () => {
    let nowMs = 0; // each look at it finds that ten milliseconds have passed
    const clock = { ...systemClock, monotonic: () => (nowMs += 10), sleep: systemClock.sleep.bind(systemClock) };
    await using store = memoryStore({ clock });
    const ids = Array.from({ length: 40 }, (_, i) => ({ metric: 'm', labels: { i: String(i) } }));
    const timesMs = Float64Array.from({ length: 30_000 }, (_, i) => i);
    for (const ref of await store.register(ids)) {
      await store.appendBatch({ refs: new Uint32Array(30_000).fill(ref), timesMs, values: timesMs });
    }
    const stop = new AbortController();
    const read = store.select({}, { signal: stop.signal });
    setTimeout(() => stop.abort(), 0);
    await expect(read).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('keeps the times of series once that get their samples together', async () => {
    await using store = memoryStore();
    for (let time = 0; time < 200; time++) await store.append(round(time * 15_000, 100));
    const { samples, sizeBytes } = await store.stats();
    expect(samples).toBe(20_000);
    expect(sizeBytes / samples).toBeLessThan(13); // 8 of the value, and room for more
  });

  it('gives arrays to look into that stay as they are, whatever becomes of the store', async () => {
    await using store = memoryStore({ outOfOrderMs: Infinity });
    for (let time = 1; time <= 100; time++) await store.append(round(time * 10, 3));
    const looked = await store.select({ shared: true });
    const copied = await store.select();
    expect(looked).toEqual(copied);
    expect(looked[0]?.timesMs).toBe(looked[2]?.timesMs);
    expect(copied[0]?.timesMs).not.toBe(copied[2]?.timesMs);
    await store.append([{ metric: 'm', labels: { i: '1' }, timeMs: 55, value: -1 }]);
    await store.append(round(2_000, 3));
    await store.delete({ labels: { i: '2' }, fromMs: 200, toMs: 300 });
    await store.delete({ labels: { i: '0' } });
    expect((await store.select({ shared: true })).map(({ values }) => values.length)).toEqual([102, 91]);
    expect(looked).toEqual(copied);
  });
});
