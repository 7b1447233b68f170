import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'nova-libvirt-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('connectLibvirt', () => {
  it('says what is wrong with a URI', async () => {
    await expect(connectLibvirt('vmware://host')).rejects.toMatchObject({ code: 'NOVA_HYPERVISOR_INVALID' });
    await expect(connectLibvirt('not a uri')).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('says that no daemon listens, where it looked, and that trying later may help', async () => {
    const missing = join(folder, 'missing');
    await expect(connectLibvirt(`qemu+unix:///system?socket=${missing}`)).rejects.toMatchObject({
      code: 'NOVA_HYPERVISOR_UNAVAILABLE',
      retryable: true,
      message: expect.stringContaining(missing),
    });
  });

  it('gives up on a daemon that never answers', async () => {
    const socket = join(folder, 'silent');
    const server = createServer((connection) => connection.resume()); // reads, and never answers
    await new Promise<void>((resolve) => {
      server.listen(socket, resolve);
    });
    const startMs = performance.now();
    await expect(connectLibvirt(`qemu+unix:///system?socket=${socket}`, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'NOVA_CORE_TIMEOUT',
    });
    expect(performance.now() - startMs).toBeLessThan(1000);
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
});
