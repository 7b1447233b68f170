import { DatabaseSync } from 'node:sqlite';
import type { SeriesId } from '@novacron/monitoring';
import { sqliteStore } from '@novacron/monitoring/sqlite';

/** What a benchmark asks of a store. */
export interface Engine {
  /** Stores a round; resolves when it is durable. */
  append(timeMs: number, values: Float64Array): Promise<void>;
  /** Reads one series; tells how many samples it has. */
  read(series: number): Promise<number>;
  /** Lets go of the file. */
  close(): Promise<void>;
}

/** Opens an engine on a file. */
export type OpenEngine = (path: string, series: readonly SeriesId[]) => Promise<Engine>;

/** The store of this project, fsync for each round. */
export const store: OpenEngine = async (path, series) => {
  const opened = await sqliteStore({ path, synchronous: 'full' });
  const refs = await opened.register(series);
  const timesMs = new Float64Array(series.length);
  return {
    async append(timeMs, values) {
      timesMs.fill(timeMs);
      const { appended } = await opened.appendBatch({ refs, timesMs, values });
      if (appended !== series.length) throw new Error(`Only ${appended} of ${series.length} were stored`);
    },
    async read(index) {
      const [found] = await opened.select(series[index]);
      return found?.values.length ?? 0;
    },
    close: () => opened.close(),
  };
};

/** A row for each sample through the same node:sqlite: what one writes without a store; fsync for each round. */
export const rows: OpenEngine = async (path, series) => {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, metric TEXT, labels TEXT);
    CREATE TABLE IF NOT EXISTS sample (
      series INTEGER, time_ms INTEGER, value REAL, PRIMARY KEY (series, time_ms)
    ) WITHOUT ROWID`);
  const insertSeries = database.prepare('INSERT OR IGNORE INTO series VALUES (?, ?, ?)');
  const insert = database.prepare('INSERT INTO sample VALUES (?, ?, ?)');
  const select = database.prepare('SELECT time_ms, value FROM sample WHERE series = ? ORDER BY time_ms');
  database.exec('BEGIN');
  series.forEach(({ metric, labels }, id) => insertSeries.run(id, metric, JSON.stringify(labels)));
  database.exec('COMMIT');
  return {
    async append(timeMs, values) {
      database.exec('BEGIN');
      for (let id = 0; id < values.length; id++) insert.run(id, timeMs, values[id] as number);
      database.exec('COMMIT');
    },
    async read(index) {
      return select.all(index).length;
    },
    async close() {
      database.close();
    },
  };
};
