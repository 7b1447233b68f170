/**
 * A simulated day of a file store: machines come and go, so that each hour as many series end as there are, and samples
 * older than four hours go. Memory and file must be as big at the end as they were when retention began. Every two hours a
 * line says how things are; then follow the figures. There is no peer: servers can't be told what time it is. Numbers as
 * arguments: series, seconds between rounds, hours, hours that samples are kept.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, systemClock } from '@novacron/core';
import { sqliteStore, type SqliteStore } from '@novacron/monitoring/sqlite';

const hourMs = 3_600_000;
const [seriesCount = 5_000, intervalSeconds = 60, hours = 24, retentionHours = 4] = process.argv.slice(2).map(Number);
const intervalMs = intervalSeconds * 1_000;
const roundsAnHour = Math.round(hourMs / intervalMs);
const data = `${seriesCount} series, as many new ones an hour, a sample every ${intervalSeconds} s, kept for ${retentionHours} h`;

interface State {
  readonly hour: number;
  readonly series: number;
  readonly samples: number;
  readonly fileMiB: number;
  readonly rssMiB: number;
  readonly heldMiB: number;
}

const folder = mkdtempSync(join(tmpdir(), 'bench-store-day-'));
const path = join(folder, 'metrics.db');
let nowMs = 1_760_000_000_000;
try {
  const clock = { ...systemClock, now: () => nowMs };
  const store = await sqliteStore({ path, clock, synchronous: 'normal', retentionMs: retentionHours * hourMs });
  const states = await liveThrough(store);
  await store.close();
  // Two hours after the first samples went; the first state behind it is what the last is held against.
  const settled = states.find(({ hour }) => hour >= retentionHours + 2) ?? states[0];
  const last = states.at(-1);
  if (settled !== undefined && last !== undefined) {
    print('day-file-growth', last.fileMiB / settled.fileMiB, `ratio, hour ${last.hour} to hour ${settled.hour}`);
    print('day-memory-growth', last.heldMiB / settled.heldMiB, `ratio, hour ${last.hour} to hour ${settled.hour}`);
    print('day-peak-memory', process.resourceUsage().maxRSS / 1024, 'MiB');
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function liveThrough(store: SqliteStore): Promise<State[]> {
  const random = seededRandom(3);
  const values = Float64Array.from({ length: seriesCount }, () => Math.floor(random() * 1_000));
  const timesMs = new Float64Array(seriesCount);
  let born = 0;
  const newSeries = (count: number): Promise<Uint32Array> =>
    store.register(
      Array.from({ length: count }, () => {
        const machine = Math.floor(born++ / 20);
        return { metric: `vm_${born % 20}_total`, labels: { vm: `vm-${machine}`, host: `host-${machine % 100}` } };
      }),
    );
  const refs = await newSeries(seriesCount);
  const states: State[] = [];
  let replaced = 0;
  for (let round = 1; round <= hours * roundsAnHour; round++) {
    nowMs += intervalMs;
    const fresh = await newSeries(Math.floor((round * seriesCount) / roundsAnHour) - replaced);
    for (const ref of fresh) refs[replaced++ % seriesCount] = ref;
    timesMs.fill(nowMs);
    for (let i = 0; i < seriesCount; i++) values[i] = (values[i] as number) + Math.floor(random() * 1_000);
    await store.appendBatch({ refs, timesMs, values });
    if (round % roundsAnHour !== 0) continue;
    await store.maintain();
    const hour = round / roundsAnHour;
    if (hour % 2 === 0) states.push(await stateAt(store, hour));
  }
  return states;
}

async function stateAt(store: SqliteStore, hour: number): Promise<State> {
  globalThis.gc?.();
  const { series, samples, sizeBytes } = await store.stats();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  const state = {
    hour,
    series,
    samples,
    fileMiB: sizeBytes / 2 ** 20,
    rssMiB: rss / 2 ** 20,
    heldMiB: (heapUsed + arrayBuffers) / 2 ** 20,
  };
  console.log(
    JSON.stringify(
      Object.fromEntries(Object.entries(state).map(([name, value]) => [name, Number(value.toPrecision(4))])),
    ),
  );
  return state;
}

function print(figure: string, ours: number, unit: string): void {
  const rounded = Number(ours.toPrecision(3));
  const rest = { peer: null, peerName: null, unit, better: 'lower', ratio: null, data, runs: 1 };
  console.log(JSON.stringify({ figure, ours: rounded, ...rest, reason: 'servers have no clock to set' }));
}
