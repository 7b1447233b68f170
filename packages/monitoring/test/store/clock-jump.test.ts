import { ManualClock } from '@novacron/core/testing';
import { hysteresisEvaluator, memoryStore, thresholdEvaluator, type MetricStore } from '@novacron/monitoring';
import { createPromqlEngine, RecordingRules, type PromqlEngine } from '@novacron/monitoring/promql';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from '../sqlite/temporary-path.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 0, 1, 12);

const stores: readonly (readonly [string, (clock: ManualClock) => Promise<MetricStore>])[] = [
  ['in memory', async (clock) => memoryStore({ clock, retentionMs: 6 * hour, maxFutureMs: hour })],
  [
    'in a file',
    (clock) => sqliteStore({ path: temporaryPath(), clock, retentionMs: 6 * hour, maxFutureMs: hour, chunkSamples: 8 }),
  ],
];

/** Writes a value every 15 s for five minutes by the clock; tells how many were taken. */
async function fiveMinutes(store: MetricStore, clock: ManualClock, value: number): Promise<number> {
  let appended = 0;
  for (let i = 0; i < 20; i++) {
    appended += (await store.append([{ metric: 'load', labels: {}, timeMs: clock.now(), value }])).appended;
    await clock.advance(15_000);
  }
  return appended;
}

describe.each(stores)('a clock that jumps an hour, with a store %s', (_, open) => {
  it('forth: what came before stays, and queries at the new time go on', async () => {
    const clock = new ManualClock(noon);
    await using store = await open(clock);
    const engine = createPromqlEngine(store);
    expect(await fiveMinutes(store, clock, 1)).toBe(20);
    await clock.advance(hour);
    const empty = await engine.query('load', { timeMs: clock.now() });
    expect(empty.result).toMatchObject({ type: 'vector', series: [] });
    expect(await fiveMinutes(store, clock, 2)).toBe(20);
    await store.maintain();
    const { result } = await engine.query('count_over_time(load[2h])', { timeMs: clock.now() });
    expect(result).toMatchObject({ type: 'vector', values: Float64Array.of(40) });
  });

  it('back: what comes is refused by reason and counted until the time is past again, and nothing is lost', async () => {
    const clock = new ManualClock(noon);
    await using store = await open(clock);
    expect(await fiveMinutes(store, clock, 1)).toBe(20);
    await clock.advance(-hour);
    expect(await fiveMinutes(store, clock, 2)).toBe(0);
    expect(
      await store.append([{ metric: 'load', labels: { other: 'series' }, timeMs: clock.now(), value: 1 }]),
    ).toEqual({
      appended: 1,
      rejected: [],
    });
    await store.maintain();
    expect((await store.stats()).rejected).toEqual([{ reason: 'out-of-order', count: 20 }]);
    await clock.advance(hour);
    expect(await fiveMinutes(store, clock, 3)).toBe(20);
    const [series] = await store.select({ metric: 'load', labels: { other: '' } });
    expect([...(series?.values ?? [])]).toEqual([...Array<number>(20).fill(1), ...Array<number>(20).fill(3)]);
  });

  it('forth and back: samples of the future are refused, those of the jump stay', async () => {
    const clock = new ManualClock(noon);
    await using store = await open(clock);
    await fiveMinutes(store, clock, 1);
    await clock.advance(hour);
    await fiveMinutes(store, clock, 2);
    await clock.advance(-hour);
    const { rejected } = await store.append([
      { metric: 'fresh', labels: {}, timeMs: clock.now() + 12 * hour, value: 1 },
      { metric: 'fresh', labels: {}, timeMs: clock.now(), value: 2 },
    ]);
    expect(rejected).toEqual([{ reason: 'future', count: 1 }]);
    const engine = createPromqlEngine(store);
    const { result } = await engine.queryRange('load', { startMs: noon, endMs: noon + 2 * hour, stepMs: 60_000 });
    expect(result.series[0]?.values).toContain(1);
    expect(result.series[0]?.values).toContain(2);
  });
});

describe('a clock that jumps an hour, with recording rules', () => {
  it('does not make them wait for the time that was', async () => {
    const clock = new ManualClock(noon);
    await using store = memoryStore({ clock });
    const engine = createPromqlEngine(store);
    const asked: number[] = [];
    const jumping: PromqlEngine = Object.assign(Object.create(engine) as PromqlEngine, {
      query: async (...[query, options]: Parameters<PromqlEngine['query']>) => {
        asked.push(options?.timeMs ?? Number.NaN);
        if (asked.length === 2) await clock.advance(-hour); // while it is evaluated
        if (asked.length === 3) await clock.advance(hour);
        return engine.query(query, options);
      },
    });
    const rules = [{ record: 'minutes', query: 'time() / 60' }];
    const recording = new RecordingRules({ engine: jumping, store, clock, groups: [{ name: 'all', rules }] });
    const end = new AbortController();
    const running = recording.run(end.signal);
    for (let minute = 0; minute < 4; minute++) await clock.advance(60_000);
    end.abort();
    await running;
    const minute = 60_000;
    expect(asked.slice(0, 4)).toEqual([noon, noon + minute, noon - hour + 2 * minute, noon + 2 * minute]);
  });
});

describe('a clock that jumps an hour, with alerts', () => {
  it.each([
    ['threshold', () => thresholdEvaluator({ name: 'busy', above: 0.9, forMs: 30_000 })],
    ['hysteresis', () => hysteresisEvaluator({ name: 'busy', raise: 0.9, clear: 0.5, forMs: 30_000 })],
  ])('back: a %s alert goes on at once by the new time', (_, create) => {
    const evaluator = create();
    const at = (timeMs: number, value: number): string[] =>
      evaluator.next({ metric: 'load', labels: {}, timeMs, value }).map(({ state }) => state);
    const run = (startMs: number, value: number): string[] =>
      Array.from({ length: 8 }, (_, i) => at(startMs + i * 15_000, value)).flat();
    expect(run(noon, 1)).toEqual(['pending', 'firing']);
    expect(run(noon - hour, 1)).toEqual(['resolved', 'pending', 'firing']);
    expect(run(noon - hour + 120_000, 0)).toEqual(['resolved']);
    expect(run(noon + 120_000, 1)).toEqual(['pending', 'firing']);
    expect(evaluator.size).toBe(1);
  });

  it('is not what a sample a few minutes late makes of it', () => {
    const evaluator = thresholdEvaluator({ name: 'busy', above: 0.9 });
    const at = (timeMs: number, value: number): string[] =>
      evaluator.next({ metric: 'load', labels: {}, timeMs, value }).map(({ state }) => state);
    expect(at(noon, 1)).toEqual(['firing']);
    expect(at(noon - 500_000, 0)).toEqual([]);
    expect(at(noon + 15_000, 1)).toEqual([]);
  });
});
