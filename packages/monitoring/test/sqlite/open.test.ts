import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MonitoringError } from '@novacron/monitoring';
import { sqliteStore, type SqliteStoreOptions } from '@novacron/monitoring/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryPath } from './temporary-path.ts';

/** A store file with 300 rounds of ten series, closed. */
async function filledFile(): Promise<string> {
  const path = temporaryPath();
  await using store = await sqliteStore({ path, synchronous: 'normal', chunkSamples: 20 });
  for (let round = 0; round < 300; round++) {
    await store.append(
      Array.from({ length: 10 }, (_, i) => ({
        metric: 'm',
        labels: { series: String(i) },
        timeMs: round * 1_000,
        value: Math.sin(round + i),
      })),
    );
  }
  return path;
}

async function openError(options: SqliteStoreOptions): Promise<MonitoringError> {
  try {
    const store = await sqliteStore(options);
    await store.close();
  } catch (error) {
    expect(MonitoringError.isInstance(error)).toBe(true);
    return error as MonitoringError;
  }
  throw new Error('It was opened');
}

describe('opening a store file', () => {
  it('refuses options that make no sense', async () => {
    const path = temporaryPath();
    const wrong = [
      { path: '' },
      { path: ':memory:' },
      { path: 7 },
      { path, retentionMs: 0 },
      { path, maxSeries: -1 },
      { path, maxSizeBytes: Number.NaN },
      { path, chunkSamples: 1.5 },
      { path, synchronous: 'off' },
    ] as unknown as SqliteStoreOptions[];
    for (const options of wrong) expect((await openError(options)).code).toBe('NOVA_MONITORING_INVALID');
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('says when its folder does not exist', async () => {
    const error = await openError({ path: join(dirname(temporaryPath()), 'nowhere', 'metrics.db') });
    expect(error.code).toBe('NOVA_MONITORING_NOT_FOUND');
    expect(error.message).toContain('nowhere');
  });

  it('lets one store at a time have the file, in this process', async () => {
    const path = temporaryPath();
    const first = await sqliteStore({ path });
    expect((await openError({ path })).code).toBe('NOVA_MONITORING_CONFLICT');
    await first.append([{ metric: 'm', labels: {}, timeMs: 1, value: 1 }]);
    expect((await openError({ path })).code).toBe('NOVA_MONITORING_CONFLICT');
    await first.close();
    await using second = await sqliteStore({ path });
    expect(await second.select()).toHaveLength(1);
  });

  it('lets one store at a time have the file, in another process too', async () => {
    const path = temporaryPath();
    await using store = await sqliteStore({ path });
    const script = `
      import { sqliteStore } from '@novacron/monitoring/sqlite';
      await sqliteStore({ path: ${JSON.stringify(path)} }).then(() => console.log('opened'), (error) => console.log(error.code));
    `;
    const args = ['--conditions=@novacron/source', '--no-warnings', '--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).toBe('NOVA_MONITORING_CONFLICT\n');
    expect((await store.append([{ metric: 'm', labels: {}, timeMs: 1, value: 1 }])).appended).toBe(1);
  });

  it.each([
    [4, /export its samples with the release.*import them/i],
    [99, /newer release/],
  ])('refuses a file of version %d, which it does not know, says what to do, and leaves it', async (version, next) => {
    const path = await filledFile();
    const database = new DatabaseSync(path);
    database.exec(`PRAGMA user_version = ${version}`);
    database.close();
    const before = readFileSync(path);
    const error = await openError({ path });
    expect(error).toMatchObject({ code: 'NOVA_MONITORING_UNSUPPORTED', details: { version, supported: 5 } });
    expect(error.message).toMatch(next);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("refuses another application's SQLite file and leaves it as it is", async () => {
    const path = temporaryPath();
    const database = new DatabaseSync(path);
    database.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
    database.close();
    const before = readFileSync(path);
    expect((await openError({ path })).code).toBe('NOVA_MONITORING_CORRUPT');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('refuses a file that is no database', async () => {
    const path = temporaryPath();
    writeFileSync(path, 'These are no samples, but a text that someone wrote.\n'.repeat(500));
    const error = await openError({ path });
    expect(error).toMatchObject({ code: 'NOVA_MONITORING_CORRUPT', kind: 'internal' });
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('takes an empty file for a new one', async () => {
    const path = temporaryPath();
    writeFileSync(path, '');
    await using store = await sqliteStore({ path });
    expect(await store.select()).toEqual([]);
  });

  it(
    'is an error with a code, on opening or on reading, when the file was cut or overwritten',
    { timeout: 60_000 },
    async () => {
      const path = await filledFile();
      const original = readFileSync(path);
      const damages: ((bytes: Buffer) => Buffer)[] = [
        ...[0.1, 0.5, 0.9].map((part) => (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * part))),
        ...Array.from({ length: 12 }, (_, n) => (bytes: Buffer) => {
          const copy = Buffer.from(bytes);
          const start = Math.floor((copy.length * n) / 12);
          return copy.fill(0xa5, start, start + 3_000);
        }),
      ];
      let noticed = 0;
      for (const damage of damages) {
        writeFileSync(path, damage(original));
        try {
          await using store = await sqliteStore({ path });
          await store.select();
          await store.append([{ metric: 'm', labels: { series: '1' }, timeMs: 2e6, value: 1 }]);
        } catch (error) {
          noticed++;
          expect(error).toMatchObject({ name: 'MonitoringError', code: 'NOVA_MONITORING_CORRUPT' });
        }
      }
      expect(noticed).toBeGreaterThanOrEqual(damages.length - 3); // free pages may be overwritten without harm
      truncateSync(path, 0);
    },
  );

  it('notices a single byte of its log that was overwritten', async () => {
    const path = await filledFile();
    const database = new DatabaseSync(path);
    const row = database.prepare('SELECT id, batch FROM log ORDER BY id DESC LIMIT 1').get();
    const batch = Uint8Array.from(row?.['batch'] as Uint8Array);
    (batch[batch.length >>> 1] as number) ^= 0x10;
    database.prepare('UPDATE log SET batch = ? WHERE id = ?').run(batch, row?.['id'] as number);
    database.close();
    expect((await openError({ path })).code).toBe('NOVA_MONITORING_CORRUPT');
  });

  it('notices any bit of a chunk that was turned', async () => {
    const path = await filledFile();
    const database = new DatabaseSync(path);
    const row = database.prepare('SELECT series, from_ms, data FROM chunk LIMIT 1').get();
    const whole = row?.['data'] as Uint8Array;
    const set = database.prepare('UPDATE chunk SET data = ? WHERE series = ? AND from_ms = ?');
    const write = (data: Uint8Array): void => void set.run(data, row?.['series'] as number, row?.['from_ms'] as number);
    for (let bit = 0; bit < whole.length * 8; bit += 37) {
      const data = Uint8Array.from(whole);
      (data[bit >>> 3] as number) ^= 1 << (bit & 7);
      write(data);
      await using store = await sqliteStore({ path });
      await expect(store.select(), `bit ${bit}`).rejects.toMatchObject({ code: 'NOVA_MONITORING_CORRUPT' });
    }
    write(whole);
    database.close();
    await using store = await sqliteStore({ path });
    expect(await store.select()).not.toHaveLength(0);
  });

  it('says what it found in rows that make no sense', async () => {
    const damages = [
      `UPDATE chunk SET data = x'ffff'`,
      `UPDATE chunk SET data = 'text'`,
      `UPDATE log SET batch = x'00'`,
      `UPDATE series SET labels = '{"vm":'`,
    ];
    for (const damage of damages) {
      const path = await filledFile();
      const database = new DatabaseSync(path);
      database.exec(damage);
      database.close();
      const read = async (): Promise<void> => {
        await using store = await sqliteStore({ path });
        await store.select();
      };
      await expect(read()).rejects.toMatchObject({ code: 'NOVA_MONITORING_CORRUPT' });
    }
  });
});
