import { execFileSync } from 'node:child_process';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { labPool, labUri } from '../lab.ts';
import { describeLibrary } from './library-suite.ts';

describeLibrary('libvirt, QEMU', {
  open: () => connectLibvirt(labUri),
  pool: labPool,
  async write(_, vm, byte, offset) {
    const pattern = `write -P 0x${byte.toString(16)} ${offset} 1M`;
    const command = `qemu-io -d virtio-disk0/virtio-backend "${pattern}"`;
    execFileSync('virsh', ['-q', '-c', labUri, 'qemu-monitor-command', '--hmp', vm, command]);
  },
  async seen({ volumes }, name) {
    const flat = { pool: labPool, name: `${name}.seen.raw` };
    await volumes.create({ ...flat, format: 'raw', image: { pool: labPool, name } });
    const pieces: Uint8Array[] = [];
    for await (const piece of volumes.download(flat)) pieces.push(piece);
    await volumes.delete(flat);
    return Buffer.concat(pieces);
  },
});
