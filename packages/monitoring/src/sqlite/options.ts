import type { Clock } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { SeriesSelector } from '../store/metric-store.ts';
import type { StoreRules } from '../store/series-catalog.ts';

/**
 * Encryption of samples at rest by AES-256-GCM. Names, labels and times of chunks stay readable. What is encrypted is bound to
 * its series and time, so that nobody can put it elsewhere. A file keeps the first key that it is opened with.
 */
export interface EncryptionOptions {
  /** Gives the key: 32 bytes. It is asked once, when the store is opened, and kept in memory. */
  readonly key: () => Uint8Array | Promise<Uint8Array>;
  /** The series whose new chunks are encrypted, and stay so; the log is as a whole. @default all */
  readonly series?: SeriesSelector | undefined;
}

/** How a store file is opened. */
export interface SqliteStoreOptions extends StoreRules {
  /** Where the file is; made when it does not exist. Its folder must exist. */
  readonly path: string;
  /**
   * When `append` resolves. `full`: the samples are on the disk and survive a power failure. `normal`: they survive
   * the process' death, but a power failure may take the last ones; several times faster on slow disks.
   * @default 'full'
   */
  readonly synchronous?: 'full' | 'normal' | undefined;
  /** How big the file may grow, in bytes; then appending throws NOVA_MONITORING_CAPACITY. @default Infinity */
  readonly maxSizeBytes?: number | undefined;
  /**
   * When the file uses more, the oldest samples and rollups of all go, in bytes. Of that, a quarter is theirs even where
   * the log and the list of series would leave less. Looked at by `maintain`. @default Infinity
   */
  readonly retentionBytes?: number | undefined;
  /**
   * Keeps count, sum, minimum, maximum and last value of every five minutes and every hour, this long, in milliseconds:
   * samples may go earlier. They are made when samples are compacted. @default none are kept
   */
  readonly rollupRetentionMs?: number | undefined;
  /** Samples of a series that are compressed together. @default 120 */
  readonly chunkSamples?: number | undefined;
  /** Samples that cold chunks are put together to, and deflated. @default 1_920 */
  readonly mergedSamples?: number | undefined;
  /**
   * Memory for samples of chunks that were read, in bytes: who asks for them again does not wait for the file. 0 keeps
   * none. @default 67_108_864 (64 MiB)
   */
  readonly cacheBytes?: number | undefined;
  /**
   * Whether the file is written in a thread of its own, so that reading never waits for the disk. Where the package's
   * files can't be found at run time, as in some bundles, it is the calling thread all the same. @default true
   */
  readonly worker?: boolean | undefined;
  /** Encrypts samples. @default nothing is encrypted */
  readonly encryption?: EncryptionOptions | undefined;
  /** Says what is old. For a replay of old data, the replay's clock. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense. */
export function checkOptions(options: SqliteStoreOptions): void {
  const { path, synchronous = 'full' } = options;
  if (typeof path !== 'string' || path === '' || path.startsWith(':')) {
    throw invalidInput('path must be the path of a file', { path });
  }
  for (const name of ['maxSizeBytes', 'retentionBytes', 'rollupRetentionMs'] as const) {
    const limit = options[name];
    if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
  }
  const { cacheBytes = 0 } = options;
  if (!(cacheBytes >= 0)) throw invalidInput(`cacheBytes must be 0 or above, not ${String(cacheBytes)}`);
  for (const name of ['chunkSamples', 'mergedSamples'] as const) {
    const count = options[name] ?? 1;
    if (!Number.isInteger(count) || count < 1) throw invalidInput(`${name} must be whole, not ${String(count)}`);
  }
  if (synchronous !== 'full' && synchronous !== 'normal') {
    throw invalidInput(`synchronous must be full or normal, not ${String(synchronous)}`);
  }
}
