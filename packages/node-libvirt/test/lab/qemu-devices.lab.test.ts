import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain, type StorageVolume } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { agentOf, diskXml, guestXml, makeImage, remove, untilTrue } from '../support/guest.ts';
import { labGuest, labUri, uniqueName } from '../support/lab.ts';

let connection: Connection;
let domain: Domain;
let images: StorageVolume[];
const pool = `${dirname(labGuest)}/pool`;
const mac = '52:54:00:aa:bb:01';

beforeAll(async () => {
  connection = await connect(labUri);
  images = await Promise.all(['a', 'b'].map((part) => makeImage(connection, `${uniqueName(part)}.qcow2`)));
  const devices = `${diskXml('vda', (await images[0]?.getPath()) ?? '')}
    <interface type='network'><mac address='${mac}'/><source network='lab'/><model type='virtio'/></interface>`;
  const extra = `<maxMemory slots='4' unit='MiB'>1024</maxMemory><iothreads>1</iothreads>
    <cpu><numa><cell id='0' cpus='0-3' memory='256' unit='MiB'/></numa></cpu>`;
  const xml = guestXml(uniqueName('devices'), { kernel: true, memoryMiB: 256, devices, extra }).replace(
    '<vcpu>1</vcpu>',
    "<vcpu current='1'>4</vcpu>",
  );
  domain = await (await connection.defineDomainXML(xml)).create();
  await agentOf(domain);
  await furnish(domain);
});
afterAll(async () => {
  await remove(domain);
  await Promise.all(images.map((image) => image.delete()));
  await connection.close();
});

/** Gives the guest what its agent needs: users, hwclock(8) where it looks for it, and a chpasswd(8) of sorts. */
async function furnish(guest: Domain): Promise<void> {
  const script = `ln -s /bin/busybox /sbin/hwclock; mkdir -p /root /etc; echo root:x:0:0:root:/root:/bin/sh > /etc/passwd
    echo root:x:0: > /etc/group; echo 'root:*:19000:0:99999:7:::' > /etc/shadow; printf '#!/bin/sh\\ncat > /run/password\\n' > /usr/sbin/chpasswd; chmod +x /usr/sbin/chpasswd`;
  const { pid } = (await guest.qemuAgentCommand({
    execute: 'guest-exec',
    arguments: { path: '/bin/sh', arg: ['-c', script] },
  })) as { readonly pid: number };
  await untilTrue(async () => {
    const status = await guest.qemuAgentCommand({ execute: 'guest-exec-status', arguments: { pid } });
    return (status as { readonly exited: boolean }).exited;
  });
}

describe('devices of a guest that runs', () => {
  it('a disk is plugged in and out', async () => {
    const disk = diskXml('vdb', (await images[1]?.getPath()) ?? '');
    await domain.attachDevice(disk, { live: true });
    expect(await domain.getXMLDesc()).toContain("dev='vdb'");
    await domain.detachDevice(disk, { live: true });
    await untilTrue(async () => !(await domain.getXMLDesc()).includes("dev='vdb'"));
  });

  it('a network interface is plugged in, changed, and out by its alias', async () => {
    const other = '52:54:00:aa:bb:02';
    const nic = `<interface type='network'><mac address='${other}'/><source network='lab'/><model type='virtio'/><alias name='ua-nic'/></interface>`;
    await domain.attachDevice(nic, { live: true });
    expect(await domain.interfaceStats(other)).toMatchObject({ rxBytes: expect.any(Number) as number });
    await domain.updateDevice(nic.replace('</interface>', "<link state='down'/></interface>"), { live: true });
    expect(await domain.getXMLDesc()).toContain("<link state='down'/>");
    await domain.detachDeviceAlias('ua-nic', { live: true });
    await untilTrue(async () => !(await domain.getXMLDesc()).includes(other));
  });

  it('memory is plugged in, and the balloon breathes', async () => {
    const dimm = `<memory model='dimm'><target><size unit='MiB'>128</size><node>0</node></target></memory>`;
    await domain.attachDevice(dimm, { live: true });
    expect(await domain.getMaxMemory()).toBe(384 * 2 ** 20);
    await domain.setMemoryStatsPeriod(1, { live: true });
    await untilTrue(async () => (await domain.memoryStats()).availableBytes !== undefined);
    expect(await domain.memoryStats()).toMatchObject({ rssBytes: expect.any(Number) as number });
    await domain.setMemory(300 * 2 ** 20, { live: true });
    await untilTrue(async () => (await domain.getInfo()).memoryBytes <= 310 * 2 ** 20);
    expect((await domain.memoryPeek(0, 16, { kind: 'physical' })).length).toBe(16);
  });

  it('virtual CPUs are plugged in and pinned', async () => {
    await domain.setVcpus(2, { live: true });
    expect(await domain.getVcpusFlags({ live: true })).toBe(2);
    await domain.setVcpu([3], true, { live: true });
    expect((await domain.getVcpus()).map(({ number }) => number)).toContain(3);
    await domain.pinVcpu(0, [0]);
    expect((await domain.getVcpus())[0]).toMatchObject({ number: 0, state: 'running', affinity: [0] });
    await domain.pinEmulator([0, 1]);
    expect(await domain.getEmulatorPinInfo()).toEqual([0, 1]);
    await domain.pinVcpu(1, [1], { config: true });
    expect((await domain.getVcpuPinInfo({ config: true }))[1]).toEqual([1]);
    await untilTrue(async () => ((await domain.getGuestVcpus()).vcpus?.length ?? 0) > 1);
    const { offlinable = [] } = await domain.getGuestVcpus();
    await domain.setGuestVcpus(offlinable, false);
    expect((await domain.getGuestVcpus()).online).toEqual([0]);
  });

  it('I/O threads come, are tuned and go', async () => {
    await domain.addIOThread(5, { live: true });
    await domain.setIOThreadParams(5, { pollMaxNs: 50_000 }, { live: true });
    await domain.pinIOThread(5, [1], { live: true });
    expect(await domain.getIOThreadInfo({ live: true })).toContainEqual({ id: 5, affinity: [1] });
    await domain.delIOThread(5, { live: true });
  });

  it('what the guest writes to is measured', async () => {
    await domain.startDirtyRateCalc(1);
    await untilTrue(async () => {
      const [stats] = await connection.getAllDomainStats({ domains: [domain], groups: ['dirtyrate', 'iothread'] });
      expect(stats?.iothreads?.map(({ id }) => id)).toEqual([1]);
      return stats?.dirtyRate?.status === 'measured' && (stats.dirtyRate.bytesPerSecond ?? -1) >= 0;
    });
  });

  it('an interface is limited', async () => {
    const limits = {
      inboundAverageBytesPerSecond: 128_000,
      inboundPeakBytesPerSecond: 256_000,
      inboundBurstBytes: 65_536,
    };
    await domain.setInterfaceParameters(mac, limits, { config: true });
    expect(await domain.getInterfaceParameters(mac, { config: true })).toMatchObject(limits);
  });

  it('keys are pressed, signals and interrupts sent', async () => {
    await domain.sendKey([28], { codeset: 'xt', holdMs: 20 });
    await domain.injectNMI();
    expect(await caught(domain.sendKey([28], { codeset: 'dvorak' as 'usb' }))).toMatchObject({ kind: 'invalid' });
  });

  it('limits of the definition are kept', async () => {
    await domain.setMemoryParameters({ hardLimitBytes: 2 ** 30 }, { config: true });
    expect(await domain.getMemoryParameters({ config: true })).toMatchObject({
      hardLimitBytes: 2 ** 30,
      softLimitBytes: Infinity,
    });
    await domain.setSchedulerParameters({ cpuShares: 512 }, { config: true });
    expect(await domain.getSchedulerParameters({ config: true })).toMatchObject({ cpuShares: 512 });
    await domain.setBlkioParameters({ weight: 300, deviceReadBytesPerSecond: { '/dev/null': 1000 } }, { config: true });
    expect(await domain.getBlkioParameters({ config: true })).toMatchObject({
      weight: 300,
      deviceReadBytesPerSecond: { '/dev/null': 1000 },
    });
    await domain.setNumaParameters({ nodes: [0], mode: 'preferred' }, { config: true });
    expect(await domain.getNumaParameters({ config: true })).toMatchObject({ mode: 'preferred', nodes: [0] });
    await domain.setPerfEvents({ cmt: false, mbmt: true }, { config: true });
    expect(await domain.getPerfEvents({ config: true })).toMatchObject({ mbmt: true, cpu_cycles: false });
    expect(await domain.isUpdated()).toBe(false);
    await domain.migrateSetCompressionCache(2 ** 26);
    expect(await domain.migrateGetCompressionCache()).toBe(2 ** 26);
    expect(await domain.getSecurityLabelList()).toContainEqual({
      label: expect.stringMatching(/^\+\d+:\+\d+$/) as string,
      enforcing: false,
    });
    expect(await domain.getSecurityLabel()).toEqual({ label: '', enforcing: false });
  });
});

describe('a guest with the agent', () => {
  it('tells about itself', async () => {
    expect(await domain.getHostname({ agent: true })).toBe('tiny');
    expect((await domain.getGuestInfo({ types: ['hostname', 'interfaces'] })).hostname).toBe('tiny');
    expect((await domain.interfaceAddresses('agent')).map(({ name }) => name)).toContain('eth0');
    await untilTrue(async () => (await domain.interfaceAddresses('lease')).length > 0);
    const [lease] = await domain.interfaceAddresses('lease');
    expect(lease).toMatchObject({ mac, addresses: [{ family: 'ipv4', prefixLength: 24 }] });
    const [stats] = await Promise.all([domain.getFSInfo(), domain.agentSetResponseTimeout(10)]);
    expect(stats).toEqual([]);
  });

  it('tells the time, and takes it', async () => {
    expect(await domain.getTime()).toBeGreaterThan(Date.UTC(2020));
    const wanted = Date.UTC(2030, 0, 1, 12, 0, 0, 250);
    await domain.setTime(wanted);
    expect(Math.abs((await domain.getTime()) - wanted)).toBeLessThan(10_000);
  });

  it('takes SSH keys and passwords for its users', async () => {
    await domain.authorizedSSHKeysSet('root', ['ssh-ed25519 AAAA first']);
    await domain.authorizedSSHKeysSet('root', ['ssh-ed25519 BBBB second'], { append: true });
    expect((await domain.authorizedSSHKeysGet('root')).toSorted()).toEqual([
      'ssh-ed25519 AAAA first',
      'ssh-ed25519 BBBB second',
    ]);
    await domain.authorizedSSHKeysSet('root', ['ssh-ed25519 AAAA first'], { remove: true });
    expect(await domain.authorizedSSHKeysGet('root')).toEqual(['ssh-ed25519 BBBB second']);
    await domain.setUserPassword('root', 'hunter2');
  });

  it('freezes and thaws its file systems', async () => {
    expect(await domain.fsFreeze()).toBe(0);
    expect(await domain.fsThaw()).toBe(0);
  });

  it('runs commands of the agent and of the monitor', async () => {
    expect(await domain.qemuAgentCommand({ execute: 'guest-info' })).toMatchObject({
      version: expect.any(String) as string,
    });
    const wrong = domain.qemuAgentCommand({ execute: 'guest-nonsense' }, { agentTimeout: 5 });
    expect(await caught(wrong)).toMatchObject({ kind: 'internal' });
    expect(await domain.qemuMonitorCommand({ execute: 'query-status' })).toMatchObject({ status: 'running' });
    expect(await caught(domain.qemuMonitorCommand({ execute: 'nonsense' }))).toMatchObject({ kind: 'unsupported' });
    expect(await domain.qemuMonitorCommandHMP('info version')).toMatch(/^\d+\./);
    expect(await domain.getMessages()).toContainEqual(expect.stringContaining('monitor'));
  });
});

describe('the sleep of a guest', () => {
  it('begins and ends when it is told so', async () => {
    const extra = `<pm><suspend-to-mem enabled='yes'/></pm>`;
    const sleeper = await connection.createDomainXML(guestXml(uniqueName('sleeper'), { kernel: true, extra }));
    await agentOf(sleeper);
    await sleeper.pmSuspendForDuration('memory');
    await untilTrue(async () => (await sleeper.getState()).state === 'pmsuspended');
    await sleeper.pmWakeup();
    await untilTrue(async () => (await sleeper.getState()).state === 'running');
    await remove(sleeper);
  });
});

describe('the memory of a guest on disk', () => {
  it('a managed save, and a start from it', async () => {
    await domain.managedSave();
    expect(await domain.hasManagedSaveImage()).toBe(true);
    const xml = await domain.managedSaveGetXMLDesc({ secure: true });
    await domain.managedSaveDefineXML(xml, { paused: true });
    domain = await domain.create();
    expect((await domain.getState()).state).toBe('paused');
    await domain.resume();
    await agentOf(domain);
  });

  it('a save in a file, and back', async () => {
    const path = `${pool}/${uniqueName('saved')}`;
    await domain.save(path, { paused: true });
    expect((await domain.getState()).reason).toBe('saved');
    expect(await connection.saveImageGetXMLDesc(path)).toContain(domain.uuid);
    await connection.restoreDomain(path, { running: true });
    expect((await domain.getState()).state).toBe('running');
    await rm(path);
  });

  it('a core dump', async () => {
    const path = `${pool}/${uniqueName('core')}`;
    await domain.coreDump(path, { memoryOnly: true, format: 'raw', live: true });
    await rm(path);
  });

  it('a save that is aborted leaves the guest running', async () => {
    const path = `${pool}/${uniqueName('aborted')}`;
    await domain.migrateSetMaxSpeed(2 ** 20);
    const saving = caught(domain.save(path));
    await untilTrue(async () => (await domain.getJobInfo()).type !== 'none');
    await domain.abortJob();
    expect(await saving).toMatchObject({ code: 'LIBVIRT_OPERATION_ABORTED' });
    await untilTrue(async () => (await domain.getState()).state === 'running');
    await domain.migrateSetMaxSpeed(2 ** 33);
    await rm(path, { force: true });
  });
});
