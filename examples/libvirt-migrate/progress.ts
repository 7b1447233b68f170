import { setTimeout as sleep } from 'node:timers/promises';
import type { Domain } from 'node-libvirt';

const mebibyte = 1024 ** 2;

/** Says how far the job is, twice a second, until it is told to end. */
export async function showProgress(domain: Domain, end: AbortSignal): Promise<void> {
  const terminal = process.stdout.isTTY;
  while (!end.aborted) {
    // Before the job and after it there is nothing to tell.
    const stats = await domain.getJobStats().catch(() => undefined);
    const { dataTotalBytes = 0, dataRemainingBytes = 0, memoryIteration = 0, memoryBytesPerSecond = 0 } = stats ?? {};
    if (dataTotalBytes > 0 && !end.aborted) {
      const left = `${Math.ceil(dataRemainingBytes / mebibyte)} of ${Math.ceil(dataTotalBytes / mebibyte)} MiB left`;
      const pace = `round ${memoryIteration + 1}, ${Math.round(memoryBytesPerSecond / mebibyte)} MiB/s`;
      process.stdout.write(terminal ? `\r\u001b[2K${left}, ${pace}` : `${left}, ${pace}\n`);
    }
    await sleep(500, undefined, { signal: end }).catch(() => {});
  }
  if (terminal) process.stdout.write('\r\u001b[2K');
}
