import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bridgeWebSocket, type CompleteHypervisor, type VmSpec } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import { labGuest, labPool, labUri } from '../lab.ts';

const mebibyte = 1024 ** 2;
const name = `hv-guest-${process.pid}`;

/** Waits until a look is as wanted. */
async function eventually<T>(look: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const value = await look();
    if (wanted(value) || attempt === 100) return value;
    await sleep(100);
  }
}

describe('a guest that has booted', () => {
  let hypervisor: CompleteHypervisor;
  const spec: VmSpec = {
    name,
    vcpus: 1,
    memoryBytes: 160 * mebibyte,
    os: 'linux',
    machine: 'pc',
    cpu: { maximum: 2 },
    directBoot: { ...labGuest, commandLine: 'console=ttyS0 quiet' },
    disks: [{ create: { pool: labPool, sizeBytes: 16 * mebibyte } }],
    networks: [{ network: 'lab' }],
    cloudInit: { pool: labPool, user: 'ops', sshKeys: ['ssh-ed25519 AAAA ops'], packages: ['curl'] },
    graphics: { type: 'vnc' },
  };
  const shell = async (line: string): Promise<string> => {
    const { stdout, stderr } = await hypervisor.guests.execute(name, { path: '/bin/sh', arguments: ['-c', line] });
    return stdout + stderr;
  };

  beforeAll(async () => {
    hypervisor = await connectLibvirt(labUri);
    await hypervisor.vms.create(spec, { start: true, checkHost: true });
    await hypervisor.guests.waitForAgent(name, { timeoutMs: 50_000 });
  }, 60_000);

  afterAll(async () => {
    const report = await hypervisor.vms.delete(name, { force: true, volumes: 'all' }).finally(() => hypervisor.close());
    expect(report.errors).toEqual([]);
    expect(report.volumes).toContain(`${labPool}/${name}-vda.qcow2.disks`);
    expect(report.volumes).toContain(`${labPool}/${name}-cloud-init.iso`);
  }, 60_000);

  it('reads what it is told at its first boot from the image that we write', async () => {
    const read = await shell(
      'mkdir -p /tmp/seed; mount -t iso9660 /dev/sr0 /tmp/seed 2>&1; ls /tmp/seed; cat /tmp/seed/meta-data /tmp/seed/user-data; umount /tmp/seed',
    );
    expect(read).toContain('meta-data\nuser-data\n');
    expect(read).toContain(`"local-hostname":"${name}"`);
    expect(read).toContain('#cloud-config\n{');
    expect(read).toContain('ssh-ed25519 AAAA ops');
  });

  it('is told in detail', async () => {
    const details = await hypervisor.vms.details(name);
    expect(details).toMatchObject({
      state: 'running',
      maximumVcpus: 2,
      firmware: 'bios',
      graphics: { type: 'vnc', address: '127.0.0.1', port: expect.any(Number) },
      agentConnected: true,
      diskErrors: [],
    });
    expect(details.disks[0]).toMatchObject({ device: 'vda', type: 'disk', format: 'qcow2', sizeBytes: 16 * mebibyte });
    expect(details.cpuTimeSeconds).toBeGreaterThan(0);
    const known = await eventually(
      () => hypervisor.guests.addresses(name),
      (all) => all.some(({ name: device, addresses }) => device === 'eth0' && addresses.length > 0),
    );
    expect(known.find(({ name: device }) => device === 'eth0')?.macAddress).toBe(
      details.networkInterfaces[0]?.macAddress,
    );
  });

  it('sees a disk come, grow and go while it runs', async () => {
    const device = await hypervisor.vms.attachDisk(name, { create: { pool: labPool, sizeBytes: 4 * mebibyte } });
    expect(device).toBe('vdb');
    const size = (): Promise<string> => shell('cat /sys/block/vdb/size 2>/dev/null');
    expect((await eventually(size, (sectors) => sectors !== '')).trim()).toBe(String((4 * mebibyte) / 512));
    await hypervisor.vms.resizeDisk(name, device, 8 * mebibyte);
    const grown = String((8 * mebibyte) / 512);
    expect((await eventually(size, (sectors) => sectors.trim() === grown)).trim()).toBe(grown);
    await expect(hypervisor.vms.resizeDisk(name, device, mebibyte)).rejects.toMatchObject({ kind: 'invalid' });
    await hypervisor.vms.detachDisk(name, device);
    expect(await size()).toBe('');
    await expect(hypervisor.vms.detachDisk(name, device)).rejects.toMatchObject({ kind: 'not-found' });
    await hypervisor.volumes.delete({ pool: labPool, name: `${name}-vdb.qcow2` });
  });

  it('sees a network interface come and go', async () => {
    const macAddress = await hypervisor.vms.attachNetwork(name, { network: 'lab' });
    const links = (): Promise<string> => shell('cat /sys/class/net/*/address');
    expect(await eventually(links, (all) => all.includes(macAddress))).toContain(macAddress);
    await hypervisor.vms.detachNetwork(name, macAddress);
    expect(await links()).not.toContain(macAddress);
  });

  it('has its medium changed', async () => {
    const drive = (await hypervisor.vms.details(name)).disks.find(({ type }) => type === 'cdrom');
    const iso = { pool: labPool, name: `${name}-cloud-init.iso` };
    await hypervisor.vms.changeMedia(name, drive?.device ?? '', undefined);
    expect((await hypervisor.vms.details(name)).disks.find(({ type }) => type === 'cdrom')?.source).toBeUndefined();
    await hypervisor.vms.changeMedia(name, drive?.device ?? '', iso);
    expect((await hypervisor.vms.details(name)).disks.find(({ type }) => type === 'cdrom')?.source).toContain(iso.name);
  });

  it('shows its console and its screen', async () => {
    await using console = await hypervisor.vms.openConsole(name);
    await expect(hypervisor.vms.openConsole(name)).rejects.toMatchObject({
      kind: expect.stringMatching(/conflict|exists/),
    });
    await shell('echo hello from the guest > /dev/ttyS0');
    const reader = console.readable.getReader();
    let text = '';
    while (!text.includes('hello from the guest')) {
      const { done, value } = await reader.read();
      if (done) break;
      text += new TextDecoder().decode(value);
    }
    expect(text).toContain('hello from the guest');
    reader.releaseLock();
    const { mimeType, data } = await hypervisor.vms.screenshot(name);
    expect(mimeType).toMatch(/^image\//);
    expect(data.length).toBeGreaterThan(100);
  });

  it('shows its console in a WebSocket, and lets the next viewer in when the first has gone', async () => {
    const server = new WebSocketServer({ port: 0 });
    await once(server, 'listening');
    const over: Promise<void>[] = [];
    server.on('connection', (socket) => {
      over.push(hypervisor.vms.openConsole(name).then((console) => bridgeWebSocket(socket, console)));
    });
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const greeting of ['hello first viewer', 'hello second viewer']) {
      const viewer = new WebSocket(url);
      let text = '';
      viewer.on('message', (data: RawData) => (text += (data as Buffer).toString()));
      await once(viewer, 'open');
      await shell(`sleep 0.3; echo ${greeting} > /dev/ttyS0`);
      await eventually(
        () => Promise.resolve(text),
        (seen) => seen.includes(greeting),
      );
      expect(text).toContain(greeting);
      viewer.close();
      await over.at(-1);
    }
    server.close();
  });

  it('gets more CPUs now, and more memory from its next start', async () => {
    expect(await hypervisor.vms.resize(name, { vcpus: 2, memoryBytes: 192 * mebibyte })).toEqual({
      vcpus: 'now',
      memory: 'next-start',
    });
    expect((await hypervisor.vms.get(name)).vcpus).toBe(2);
    expect(await hypervisor.vms.resize(name, { memoryBytes: 128 * mebibyte })).toEqual({ memory: 'now' });
  });

  it('has an external snapshot made of its disks without its memory', async () => {
    const before = (await hypervisor.vms.details(name)).disks[0]?.source;
    const snapshot = await hypervisor.snapshots.create(name, { name: 'disks', memory: false });
    expect(snapshot).toMatchObject({ storage: 'external', memory: false });
    expect((await hypervisor.vms.details(name)).disks[0]?.source).not.toBe(before);
  });
});

describe('making machines on libvirt', () => {
  it('leaves nothing behind when it is given up in the middle of an upload', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const vm = `hv-given-up-${process.pid}`;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        yield new Uint8Array(65_536);
        await sleep(20);
      }
    }
    const disks = [
      { create: { pool: labPool, sizeBytes: mebibyte } },
      { format: 'raw' as const, create: { pool: labPool, sizeBytes: 1024 * mebibyte, upload: endless() } },
    ];
    const steps: string[] = [];
    const creating = hypervisor.vms.create(
      { name: vm, disks },
      { timeoutMs: 500, onStep: ({ step }) => steps.push(step) },
    );
    await expect(creating).rejects.toMatchObject({ kind: 'timeout' });
    const left = (): Promise<readonly string[]> =>
      hypervisor.volumes
        .list(labPool)
        .then((all) => all.flatMap((each) => (each.name.startsWith(vm) ? [each.name] : [])));
    expect(await eventually(left, (names) => names.length === 0)).toEqual([]);
    expect(steps).toEqual(['volume-created', 'rolled-back', 'rolled-back']);
    await expect(hypervisor.vms.get(vm)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('leaves nothing behind when its start fails', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const vm = `hv-no-start-${process.pid}`;
    const disks = [{ create: { pool: labPool, sizeBytes: mebibyte } }, { source: '/nowhere/missing.qcow2' }];
    await expect(hypervisor.vms.create({ name: vm, disks }, { start: true })).rejects.toMatchObject({
      kind: 'not-found',
    });
    await expect(hypervisor.vms.get(vm)).rejects.toMatchObject({ kind: 'not-found' });
    const reference = { pool: labPool, name: `${vm}-vda.qcow2` };
    await expect(hypervisor.volumes.get(reference)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('writes images that checkpoints can be made of, unlike libvirt by itself', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const reference = { pool: labPool, name: `hv-v3-${process.pid}.qcow2` };
    await hypervisor.volumes.create({ ...reference, sizeBytes: mebibyte });
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of hypervisor.volumes.download(reference)) pieces.push(piece);
      expect(pieces[0]?.subarray(0, 8)).toEqual(Uint8Array.of(0x51, 0x46, 0x49, 0xfb, 0, 0, 0, 3)); // "QFI\xfb", version 3
    } finally {
      await hypervisor.volumes.delete(reference);
    }
  });

  it('applies patches last, shows what they change, and refuses XML that libvirt would drop in silence', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const vm = `hv-patched-${process.pid}`;
    const good = [{ action: 'append', select: '/domain', xml: '<on_reboot>destroy</on_reboot>' }] as const;
    const plan = await hypervisor.vms.plan({ name: vm, xmlPatches: good });
    expect(plan).toMatchObject({ ok: true, problems: [] });
    expect(plan.diff).toContain('+  <on_reboot>destroy</on_reboot>');
    const bad = [{ action: 'append', select: '/domain', xml: '<vcpuu>3</vcpuu>' }] as const;
    expect((await hypervisor.vms.plan({ name: vm, xmlPatches: bad })).problems).toEqual([
      expect.objectContaining({ step: 'xml', path: '/domain/vcpuu' }),
    ]);
    await expect(hypervisor.vms.create({ name: vm, xmlPatches: bad })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(hypervisor.vms.get(vm)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('plans a machine of an operating system that wants much, and says what the host can not', async () => {
    await using hypervisor = await connectLibvirt(labUri);
    const plan = await hypervisor.vms.plan({ name: `hv-plan-${process.pid}`, os: 'windows11', memoryBytes: 1024 ** 3 });
    expect(plan.xml).toContain("firmware='efi'");
    expect(plan.problems.map(({ path }) => path)).toContain('memoryBytes');
    expect(plan.problems.every(({ step, fix }) => step === 'host' && fix !== undefined)).toBe(true);
  });
});
