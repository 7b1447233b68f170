import { DatabaseSync } from 'node:sqlite';
import { sqliteStore } from '@novacron/monitoring/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bitsOf } from '../codec/bits.ts';
import { temporaryPath } from './temporary-path.ts';

const seriesCount = 70; // some groups of neighbours, and a part of one

const id = (i: number) => ({ metric: `m_${i % 3}`, labels: { series: String(i), text: `a "quoted" \\ ü ${i}` } });

/** A call to the store: which series have a sample, at which times, and of which bits. */
const call = fc.record({
  from: fc.nat(20),
  to: fc.integer({ min: 21, max: seriesCount }),
  step: fc.constantFrom(1, 1, 1, 2),
  lateMs: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(0.5, 1 / 3, 900)),
  odd: fc.option(fc.nat(seriesCount - 1)),
  bits: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  kind: fc.constantFrom('decimal', 'any', 'same'),
});

describe('a store that is opened again', () => {
  it('has every bit of what was stored, in log and chunks, whoever was measured together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 60 }), fc.boolean(), async (calls, deletes) => {
        const path = temporaryPath();
        const options = { path, chunkSamples: 16, synchronous: 'normal', worker: false, outOfOrderMs: 500 } as const;
        const read = async (): Promise<unknown[]> => {
          await using store = await sqliteStore(options);
          const rows = await store.select();
          const { samples } = await store.stats();
          return [samples, ...rows.map((row) => [row.metric, row.labels, bitsOf(row.timesMs), bitsOf(row.values)])];
        };
        let expected: unknown[];
        {
          await using store = await sqliteStore(options);
          const refs = await store.register(Array.from({ length: seriesCount }, (_, i) => id(i)));
          for (const [round, { from, to, step, lateMs, odd, bits, kind }] of calls.entries()) {
            const some = refs.filter((_, i) => i >= from && i < to && i % step === 0);
            const timesMs = Float64Array.from(some, (_, i) => round * 1_000 + lateMs + (i === odd ? -250 : 0));
            const values = new Float64Array(some.length);
            const words = new BigUint64Array(values.buffer);
            for (let i = 0; i < some.length; i++) {
              if (kind === 'decimal') values[i] = (round * i) / 10;
              else words[i] = kind === 'any' ? BigInt.asUintN(64, bits * BigInt(i * 2 + 1)) : bits;
            }
            await store.appendBatch({ refs: some, timesMs, values });
            if (deletes && round === 20) await store.delete({ fromMs: 5_000, toMs: 17_500 });
          }
          const rows = await store.select();
          const { samples } = await store.stats();
          expected = [samples, ...rows.map((row) => [row.metric, row.labels, bitsOf(row.timesMs), bitsOf(row.values)])];
        }
        expect(await read()).toEqual(expected);
        expect(await read()).toEqual(expected); // and once more
      }),
      { numRuns: 40 },
    );
  });

  it('knows to the last digit when chunks end, so that no sample is taken twice', async () => {
    const path = temporaryPath();
    const options = { path, chunkSamples: 4, synchronous: 'normal', worker: false } as const;
    const series = Array.from({ length: 1_200 }, (_, i) => id(i)); // more than are read at once
    const timeOf = (round: number, i: number): number => 1_760_000_000_000 + round * 400_000 + (i % 7) / 7;
    const write = async (rounds: readonly number[]): Promise<number> => {
      await using store = await sqliteStore(options);
      const refs = await store.register(series);
      let appended = 0;
      for (const round of rounds) {
        const timesMs = Float64Array.from(series, (_, i) => timeOf(round, i));
        ({ appended } = await store.appendBatch({ refs, timesMs, values: new Float64Array(refs.length).fill(round) }));
      }
      return appended;
    };
    const rounds = Array.from({ length: 12 }, (_, round) => round);
    expect(await write(rounds)).toBe(series.length);
    expect(await write(rounds)).toBe(0);
    // All of the log is in chunks: these alone say what was last.
    const database = new DatabaseSync(path);
    const { last } = database.prepare('SELECT max(to_ms) AS last FROM chunk').get() as { last: number };
    expect(last).toBeGreaterThan(timeOf(3, 0));
    database.exec('DELETE FROM log');
    database.close();
    const round = rounds.find((each) => timeOf(each, 6) === last);
    expect(await write([round as number])).toBeLessThan(series.length);
    await using store = await sqliteStore(options);
    for (const { timesMs } of await store.select()) expect(new Set(timesMs).size).toBe(timesMs.length);
  });

  it('says that it is damaged when the labels of a series are', async () => {
    for (const labels of ['{"a":', '{}],[9,"m",{}', '"text"', '{"a":"1"},7],[1,"n",{"b":"2"}', '[1]', 'null']) {
      const path = temporaryPath();
      {
        await using store = await sqliteStore({ path, worker: false });
        await store.register([id(0), id(1)]);
      }
      const database = new DatabaseSync(path);
      database.prepare('UPDATE series SET labels = ? WHERE id = 0').run(labels);
      database.close();
      await expect(sqliteStore({ path, worker: false }), labels).rejects.toMatchObject({
        code: 'NOVA_MONITORING_CORRUPT',
      });
    }
  });
});
