import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { describeLibrary } from './library-suite.ts';

const quick = { create: [0, 0], start: [0, 0], stop: [0, 0], delete: [0, 0] } as const;
const mebibyte = 1024 ** 2;

describeLibrary('memory', {
  open: async () => createMemoryHypervisor({ latenciesMs: quick }),
  pool: 'default',
  async write({ vms, volumes }, vm, byte, offset) {
    const volume = (await vms.definition(vm)).disks[0]?.volume ?? { pool: '', name: '' };
    const pieces: Uint8Array[] = [];
    for await (const piece of volumes.download(volume)) pieces.push(piece);
    const bytes = Buffer.concat(pieces).fill(byte, offset, offset + mebibyte);
    await volumes.upload(volume, [bytes]);
  },
  async seen({ volumes }, name) {
    const pieces: Uint8Array[] = [];
    for await (const piece of volumes.download({ pool: 'default', name })) pieces.push(piece);
    return Buffer.concat(pieces);
  },
});
