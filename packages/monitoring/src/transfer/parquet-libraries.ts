import { MonitoringError } from '../error.ts';

/** What reads Parquet. */
export type ParquetReading = typeof import('hyparquet');
/** What writes Parquet. */
export type ParquetWriting = typeof import('hyparquet-writer');

/** @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when hyparquet, an optional peer, is not installed. */
export function loadParquetReading(
  load: () => Promise<ParquetReading> = () => import('hyparquet'),
): Promise<ParquetReading> {
  return load().catch((error: unknown) => {
    throw missing('Reading', error);
  });
}

/** @throws {MonitoringError} NOVA_MONITORING_UNSUPPORTED when hyparquet-writer, an optional peer, is not installed. */
export function loadParquetWriting(
  load: () => Promise<ParquetWriting> = () => import('hyparquet-writer'),
): Promise<ParquetWriting> {
  return load().catch((error: unknown) => {
    throw missing('Writing', error);
  });
}

function missing(what: string, cause: unknown): MonitoringError {
  const message = `${what} Parquet needs two packages that are not installed: npm install hyparquet hyparquet-writer`;
  return new MonitoringError({ kind: 'unsupported', message, cause });
}
