import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Domain, StoragePool, StorageVolume } from 'node-libvirt';
import { formatDomainBackupXML, formatDomainCheckpointXML, formatStorageVolumeXML } from 'node-libvirt/xml';

/** What a backup holds: all of the disk, what has changed since then, or all of it once more to compare with. */
export type Content = 'full' | 'changes' | 'now';

/** The backups of one disk in one pool, and what else had to be made for them. */
export class Backups {
  private readonly domain: Domain;
  private readonly disk: string;
  private readonly pool: StoragePool;
  private readonly signal: AbortSignal;
  private readonly capacityBytes: number;
  /** Begins the names of all that is made. */
  private readonly prefix: string;
  private readonly kept: StorageVolume[] = [];
  private readonly temporary: StorageVolume[] = [];

  private constructor(domain: Domain, disk: string, pool: StoragePool, signal: AbortSignal, capacityBytes: number) {
    this.domain = domain;
    this.disk = disk;
    this.pool = pool;
    this.signal = signal;
    this.capacityBytes = capacityBytes;
    this.prefix = `${domain.name}-${disk}-${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;
  }

  /** Those of a disk; they are named after the time. */
  static async of(domain: Domain, disk: string, pool: StoragePool, signal: AbortSignal): Promise<Backups> {
    const { capacityBytes } = await domain.getBlockInfo(disk, { signal });
    return new Backups(domain, disk, pool, signal, capacityBytes);
  }

  /** Takes a backup; `changes` are those since another one was taken. */
  async take(content: Content, since?: StorageVolume): Promise<StorageVolume> {
    const format = content === 'now' ? 'raw' : 'qcow2';
    const volume = await this.pool.createVolumeXML(
      formatStorageVolumeXML({
        name: `${this.prefix}.${content}.${format}`,
        capacity: { value: this.capacityBytes },
        allocation: { value: 0 },
        target: { format: { type: format }, ...(format === 'qcow2' ? { compat: '1.1' } : {}) },
        backingStore: since && { path: await since.getPath(), format: { type: 'qcow2' } },
      }),
    );
    (content === 'now' ? this.temporary : this.kept).push(volume);
    const backupXml = formatDomainBackupXML({
      mode: 'push',
      incremental: since && this.prefix,
      disks: {
        disk: [{ name: this.disk, type: 'file', driver: { type: format }, target: { file: await volume.getPath() } }],
      },
    });
    const checkpointXml =
      content === 'full'
        ? formatDomainCheckpointXML({
            name: this.prefix,
            disks: { disk: [{ name: this.disk, checkpoint: 'bitmap' }] },
          })
        : undefined;
    this.signal.throwIfAborted();
    await this.domain.backupBegin(backupXml, { checkpointXml, reuseExternal: true });
    await this.finishJob(content);
    const { allocationBytes } = await volume.getInfo();
    console.log(`${volume.name}: ${Math.ceil(allocationBytes / 1024)} KiB`);
    return volume;
  }

  /** Waits until the job has ended, and says how far it is. */
  private async finishJob(content: Content): Promise<void> {
    try {
      for (;;) {
        const { type, diskProcessedBytes = 0, diskTotalBytes = 0 } = await this.domain.getJobStats();
        if (type === 'none') break;
        if (diskTotalBytes > 0) console.log(`${content}: ${Math.round((diskProcessedBytes / diskTotalBytes) * 100)} %`);
        await sleep(200, undefined, { signal: this.signal });
      }
    } catch (error) {
      await this.domain.abortJob().catch(() => {}); // it may have ended meanwhile
      while ((await this.domain.getJobStats()).type !== 'none') await sleep(100);
      throw error;
    }
    const { success, errorMessage } = await this.domain.getJobStats({ completed: true });
    if (success === false) throw new Error(`The backup failed: ${errorMessage ?? 'QEMU does not say why'}`);
  }

  /** The disk that an image and the images below it make, as one raw image: what a restore would make. */
  async flatten(image: StorageVolume): Promise<StorageVolume> {
    const xml = formatStorageVolumeXML({
      name: `${this.prefix}.restored.raw`,
      capacity: { value: this.capacityBytes },
      allocation: { value: 0 },
      target: { format: { type: 'raw' } },
    });
    const volume = await this.pool.createVolumeXMLFrom(xml, image);
    this.temporary.push(volume);
    return volume;
  }

  /** Whether two raw images hold the same bytes. */
  async sameContent(first: StorageVolume, second: StorageVolume): Promise<boolean> {
    const [a, b] = await Promise.all([this.digest(first), this.digest(second)]);
    return a === b;
  }

  private async digest(volume: StorageVolume): Promise<string> {
    const hash = createHash('sha256');
    const stream = await volume.download({ signal: this.signal });
    for await (const bytes of stream.readable) hash.update(bytes);
    return hash.digest('hex');
  }

  /** Removes what was only made on the way, and the backups too unless they are kept. */
  async cleanUp({ keep }: { readonly keep: boolean }): Promise<void> {
    const made = (await this.domain.listAllCheckpoints()).filter(({ name }) => name === this.prefix);
    for (const checkpoint of made) await checkpoint.delete();
    for (const volume of [...this.temporary, ...(keep ? [] : this.kept.toReversed())]) await volume.delete();
  }
}
