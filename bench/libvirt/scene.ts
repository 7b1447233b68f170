import { connect, type Domain } from 'node-libvirt';
import type { Job } from './job.ts';
import { testNode } from './test-node.ts';

const guests = 8;
const volumeBytes = 256 * 1024 * 1024;

/** Makes what the job needs on the lab's daemon: eight paused guests, a volume, a test node; `remove` deletes it all. */
export async function setScene(hostUri: string): Promise<{ readonly job: Job; remove(): Promise<void> }> {
  const socket = new URLSearchParams(hostUri.split('?')[1] ?? '').get('socket') ?? '';
  const node = testNode(1000);
  const connection = await connect(hostUri);
  const pool = await connection.lookupStoragePoolByName('lab');
  const volume = await pool.createVolumeXML(
    `<volume><name>bench-${process.pid}</name><capacity>${volumeBytes}</capacity></volume>`,
  );
  const domains: Domain[] = [];
  for (let index = 0; index < guests; index++) {
    const xml = `<domain type='qemu'><name>bench-${process.pid}-${index}</name><memory unit='MiB'>16</memory>
      <os><type arch='x86_64' machine='pc'>hvm</type></os><devices><memballoon model='virtio'/></devices></domain>`;
    domains.push(await connection.createDomainXML(xml, { paused: true }));
  }
  return {
    job: {
      hostUri,
      nodeUri: `test+unix://${node.path}?socket=${socket}`,
      eventUri: `test+unix:///default?socket=${socket}`,
      socket,
      connects: 200,
      calls: 5000,
      events: 6000,
      pool: 'lab',
      volume: volume.name,
      volumeBytes,
    },
    async remove() {
      await Promise.all(domains.map((domain) => domain.destroy()));
      await volume.delete();
      await connection.close();
      node.remove();
    },
  };
}
