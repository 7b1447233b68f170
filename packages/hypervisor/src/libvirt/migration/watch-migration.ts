import type { Domain } from 'node-libvirt';
import type { MigrateVmOptions } from '../../spec/operations/migrations.ts';
import { tell } from '../../trail.ts';
import type { LibvirtHost } from '../libvirt-host.ts';

const lookMs = 200;

/** Tells how far a migration is, and switches one over to post-copy that was asked for, until it is ended. */
export function watchMigration(
  host: LibvirtHost,
  domain: Domain,
  { onProgress, postCopy }: MigrateVmOptions,
): { readonly end: () => Promise<void> } {
  if (onProgress === undefined && !postCopy) return { end: async () => {} };
  const over = new AbortController();
  let switched = false;
  const look = async (): Promise<void> => {
    const stats = await domain.getJobStats({ signal: over.signal });
    const { dataTotalBytes = 0, dataProcessedBytes = 0, dataRemainingBytes = 0, memoryIteration } = stats;
    if (stats.operation !== 'migration-out' || dataTotalBytes === 0 || over.signal.aborted) return;
    if (postCopy && !switched && (memoryIteration ?? 0) >= 1) {
      switched = true;
      await domain.migrateStartPostCopy({ signal: over.signal });
    }
    const { memoryBytesPerSecond = 0, diskBytesPerSecond = 0, autoConvergeThrottle, downtimeMs } = stats;
    tell(onProgress, {
      phase: (stats.diskRemainingBytes ?? 0) > 0 ? 'disks' : 'memory',
      elapsedMs: stats.timeElapsedMs ?? 0,
      totalBytes: dataTotalBytes,
      processedBytes: dataProcessedBytes,
      remainingBytes: dataRemainingBytes,
      bytesPerSecond: memoryBytesPerSecond + diskBytesPerSecond,
      ...(memoryIteration === undefined ? {} : { iteration: memoryIteration }),
      ...(autoConvergeThrottle === undefined ? {} : { throttleRatio: autoConvergeThrottle }),
      ...(downtimeMs === undefined ? {} : { expectedDowntimeMs: downtimeMs }),
    });
  };
  const watching = (async () => {
    while (!over.signal.aborted) {
      await look().catch(() => {}); // before the job and after it there is nothing to see
      await host.clock.sleep(lookMs, { signal: over.signal }).catch(() => {});
    }
  })();
  return {
    end: () => {
      over.abort();
      return watching;
    },
  };
}
