import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const folder = mkdtempSync(join(tmpdir(), 'nova-libvirt-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('connectLibvirt', () => {
  it('says what is wrong with a URI', async () => {
    await expect(connectLibvirt('vmware://host')).rejects.toMatchObject({ code: 'NOVA_HYPERVISOR_INVALID' });
    await expect(connectLibvirt('not a uri')).rejects.toMatchObject({ kind: 'invalid' });
  });

  it.each([
    'qemu+tcp://u:secretpw@h/system',
    'qemu+unix://u:secretpw@h/system',
    'vmware://u:secretpw@h/',
    'qemu://u:secretpw@h:x/y z?mode=#',
    'u:secretpw@h',
    'qemu:///system?mode=fast&name=qemu%2Btcp%3A%2F%2Fu%3Asecretpw%40h/system',
  ])('tells nobody the password of %s', async (uri) => {
    const error: unknown = await connectLibvirt(uri).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('secretpw');
  });

  it('does not call itself by a password either', async () => {
    const libvirtd = await FakeLibvirtd.start();
    await using hypervisor = await connectLibvirt(`${libvirtd.daemon.uri()}&name=qemu://u:secretpw@h/system`);
    expect(hypervisor.name).toBe(`${libvirtd.daemon.uri()}&name=qemu://***@h/system`);
    await hypervisor.close();
    await libvirtd.daemon.stop();
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
