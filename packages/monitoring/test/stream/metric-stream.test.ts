import { acceleratedClock, type Sample } from '@novacron/core';
import { ManualClock } from '@novacron/core/testing';
import { metricRegistry, type MetricSource } from '@novacron/monitoring';
import { clockScheduler, metricStream, type CollectionRound } from '@novacron/monitoring/stream';
import { asyncScheduler, lastValueFrom, take, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';

/** A source whose answers take as long as a test says, by its clock. */
function slowSource(clock: ManualClock, durationsMs: readonly number[]): MetricSource & { calls: number[] } {
  const calls: number[] = [];
  return {
    name: 'slow',
    descriptors: [],
    calls,
    async collect({ timeMs = 0, signal } = {}) {
      const durationMs = durationsMs[calls.length] ?? 0;
      calls.push(clock.now());
      if (durationMs > 0) await clock.sleep(durationMs, { signal });
      const samples: Sample[] = [{ metric: 'm', labels: {}, timeMs, value: calls.length }];
      return { samples, errors: [] };
    },
  };
}

function subscribe(source: MetricSource, clock: ManualClock, intervalMs = 1_000) {
  const rounds: CollectionRound[] = [];
  const ends: unknown[] = [];
  const subscription = metricStream([source], { intervalMs, clock, deadlineClock: clock }).subscribe({
    next: (round) => rounds.push(round),
    error: (error: unknown) => ends.push(error),
    complete: () => ends.push('complete'),
  });
  return { rounds, ends, subscription };
}

describe('metricStream', () => {
  it('measures at once and then at every tick', async () => {
    const clock = new ManualClock(500);
    const { rounds, subscription } = subscribe(slowSource(clock, []), clock);
    await clock.advance(3_000);
    expect(rounds.map(({ tick, timeMs, missedTicks }) => [tick, timeMs, missedTicks])).toEqual([
      [0, 500, 0],
      [1, 1_500, 0],
      [2, 2_500, 0],
      [3, 3_500, 0],
    ]);
    expect(rounds[2]?.samples).toEqual([{ metric: 'm', labels: {}, timeMs: 2_500, value: 3 }]);
    subscription.unsubscribe();
  });

  it('does not drift when rounds take time', async () => {
    const clock = new ManualClock();
    const source = slowSource(clock, [300, 700, 100, 0]);
    const { rounds, subscription } = subscribe(source, clock);
    await clock.advance(3_500);
    expect(source.calls).toEqual([0, 1_000, 2_000, 3_000]);
    expect(rounds.map(({ durationMs }) => durationMs)).toEqual([300, 700, 100, 0]);
    subscription.unsubscribe();
  });

  it('leaves ticks out, and counts them, rather than measure twice at a time', async () => {
    const clock = new ManualClock();
    const source = slowSource(clock, [0, 2_500, 1_000, 0]);
    const { rounds, subscription } = subscribe(source, clock);
    await clock.advance(7_000);
    expect(source.calls).toEqual([0, 1_000, 4_000, 5_000, 6_000, 7_000]);
    expect(rounds.map(({ tick, missedTicks }) => [tick, missedTicks])).toEqual([
      [0, 0],
      [1, 0],
      [4, 2],
      [5, 0],
      [6, 0],
      [7, 0],
    ]);
    subscription.unsubscribe();
  });

  it('never errors: a source that fails or hangs is a value, round after round', async () => {
    const clock = new ManualClock();
    let calls = 0;
    const failing: MetricSource = {
      name: 'failing',
      descriptors: [],
      collect() {
        calls++;
        if (calls === 1) throw new Error('broken');
        return calls === 2 ? Promise.reject(new Error('away')) : new Promise(() => {});
      },
    };
    const rounds: CollectionRound[] = [];
    const subscription = metricStream([failing, metricRegistry()], {
      intervalMs: 1_000,
      sourceTimeoutMs: 400,
      clock,
      deadlineClock: clock,
    }).subscribe((round) => rounds.push(round));
    await clock.advance(2_500);
    expect(rounds.map(({ errors }) => errors.map(({ reason }) => reason))).toEqual([
      ['failed'],
      ['failed'],
      ['timeout'],
    ]);
    expect(rounds.every(({ samples }) => samples.length === 1)).toBe(true);
    subscription.unsubscribe();
  });

  it('aborts the round that is being made when it is left, and measures no more', async () => {
    const clock = new ManualClock();
    let signal: AbortSignal | undefined;
    let calls = 0;
    const hanging: MetricSource = {
      name: 'hanging',
      descriptors: [],
      collect(options) {
        calls++;
        signal = options?.signal;
        return new Promise(() => {});
      },
    };
    const { rounds, ends, subscription } = subscribe(hanging, clock);
    await clock.advance(10);
    subscription.unsubscribe();
    expect(signal?.aborted).toBe(true);
    await clock.advance(5_000);
    expect(calls).toBe(1);
    expect(rounds).toEqual([]);
    expect(ends).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });

  it('can be left in the middle of a round, by its own subscriber', async () => {
    const clock = new ManualClock();
    const source = slowSource(clock, []);
    const rounds = metricStream([source], { intervalMs: 1_000, clock }).pipe(take(2), toArray());
    const result = lastValueFrom(rounds);
    await clock.advance(10_000);
    expect(await result).toHaveLength(2);
    expect(source.calls).toHaveLength(2);
  });

  it('makes rounds of its own for each subscriber', async () => {
    const clock = new ManualClock();
    const source = slowSource(clock, []);
    const stream = metricStream([source], { intervalMs: 1_000, clock });
    const first = stream.subscribe();
    await clock.advance(500);
    const second = stream.subscribe();
    await clock.advance(1_000);
    expect(source.calls).toEqual([0, 500, 1_000, 1_500]);
    first.unsubscribe();
    second.unsubscribe();
  });

  it('runs in real time by default, and in the time of a scheduler', async () => {
    const before = Date.now();
    const real = await lastValueFrom(metricStream([metricRegistry()], { intervalMs: 5 }).pipe(take(3), toArray()));
    expect(real.map(({ timeMs }) => timeMs >= before)).toEqual([true, true, true]);
    const clock = new ManualClock(77_000);
    const scheduled = lastValueFrom(
      metricStream([metricRegistry()], { intervalMs: 60_000, scheduler: clockScheduler(clock) }).pipe(
        take(2),
        toArray(),
      ),
    );
    await clock.advance(60_000);
    expect((await scheduled).map(({ timeMs }) => timeMs)).toEqual([77_000, 137_000]);
  });

  it('makes the rounds of a day in a moment on an accelerated clock', async () => {
    const clock = acceleratedClock(3_600_000, 0);
    const rounds = await lastValueFrom(
      metricStream([metricRegistry()], { intervalMs: 3_600_000, clock }).pipe(take(24), toArray()),
    );
    const times = rounds.map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeGreaterThanOrEqual(23 * 3_600_000);
  });

  it('paces by the scheduler and stamps by the clock when both are given', async () => {
    const clock = new ManualClock(123);
    const rounds = metricStream([metricRegistry()], { intervalMs: 1, clock, scheduler: asyncScheduler });
    expect((await lastValueFrom(rounds.pipe(take(2)))).timeMs).toBe(123);
  });

  it('refuses numbers that make no sense when it is made', () => {
    for (const options of [
      { intervalMs: 0 },
      { intervalMs: Infinity },
      { intervalMs: Number.NaN },
      { intervalMs: 1, concurrency: 0 },
      { intervalMs: 1, sourceTimeoutMs: -1 },
    ]) {
      expect(() => metricStream([], options)).toThrow(expect.objectContaining({ code: 'NOVA_MONITORING_INVALID' }));
    }
  });

  it('tells of an error in its own working as a value', async () => {
    const sources = [null] as unknown as MetricSource[];
    const round = await lastValueFrom(metricStream(sources, { intervalMs: 1 }).pipe(take(1)));
    expect(round).toMatchObject({ samples: [], errors: [{ source: 'metricStream', reason: 'failed' }] });
  });
});
