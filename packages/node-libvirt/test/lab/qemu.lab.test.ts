import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type DomainEvent } from '../../src/index.ts';
import { caught, delay } from '../support/caught.ts';
import { labGuest, labUri, uniqueName, virsh } from '../support/lab.ts';

let connection: Connection;

beforeAll(async () => {
  connection = await connect(labUri);
});
afterAll(() => connection.close());

/** A guest that boots the lab's Linux, or with `memoryMiB` alone an empty machine. */
function guestXml(name: string, { kernel = false, memoryMiB = 32 } = {}): string {
  const boot = kernel
    ? `<kernel>${labGuest}/vmlinuz</kernel><initrd>${labGuest}/initrd.gz</initrd><cmdline>console=ttyS0 quiet</cmdline>`
    : '';
  return `<domain type='qemu'><name>${name}</name><memory unit='MiB'>${memoryMiB}</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type>${boot}</os><features><acpi/></features>
    <devices><serial type='pty'/><memballoon model='virtio'/></devices></domain>`;
}

describe('a qemu guest', () => {
  it('is defined, started, suspended, resumed, destroyed and undefined, and virsh sees it', async () => {
    const events = connection.domainEvents();
    await events.ready;
    const name = uniqueName('<machine>&');
    const defined = await connection.defineDomainXML(guestXml(name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')));
    expect(await virsh('list', '--all', '--name')).toContain(name);
    const running = await defined.create({ paused: true });
    expect((await virsh('domstate', '--reason', running.uuid)).trim()).toBe('paused (user)');
    await running.resume();
    expect(await running.getState()).toMatchObject({ state: 'running', reason: 'unpaused' });
    expect((await running.getXMLDesc()).trim()).toBe((await virsh('dumpxml', running.uuid)).trim());
    await running.suspend();
    await running.reset();
    await running.destroy();
    expect(await running.getState()).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
    await running.undefine({ managedSave: true, snapshotsMetadata: true, nvram: true });

    const told: string[] = [];
    for await (const event of events) {
      const { domain, event: what, detail } = event as Extract<DomainEvent, { type: 'lifecycle' }>;
      if (domain.uuid !== defined.uuid) continue;
      told.push(`${what} ${detail}`);
      if (what === 'undefined') break;
    }
    expect(told).toEqual(
      expect.arrayContaining([
        'defined added',
        'started booted',
        'resumed unpaused',
        'suspended paused',
        'stopped destroyed',
        'undefined removed',
      ]),
    );
  });

  it('shuts down when it is asked', async () => {
    const domain = await connection.createDomainXML(guestXml(uniqueName('guest'), { kernel: true, memoryMiB: 128 }));
    const events = connection.domainEvents({ domain });
    await events.ready;
    // A guest that is still booting passes the button over, so it is pressed until it is felt.
    const pressing = setInterval(() => void domain.shutdown({ acpi: true }).catch(() => {}), 2000);
    let last: DomainEvent | undefined;
    for await (const event of events) {
      if (event.type === 'gap') continue;
      last = event;
      if (event.type === 'lifecycle' && event.event === 'stopped') break;
    }
    clearInterval(pressing);
    expect(last).toMatchObject({ event: 'stopped', detail: 'shutdown' });
    expect(await caught(domain.getState())).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' });
  });

  it('tells its statistics, as virsh reads them', async () => {
    const domain = await connection.createDomainXML(guestXml(uniqueName('stats')), { paused: true });
    const [stats] = await connection.getAllDomainStats({
      domains: [domain],
      groups: ['state', 'balloon', 'vcpu', 'interface', 'block'],
    });
    expect(stats).toMatchObject({
      state: { state: 'paused', reason: 'user' },
      balloon: { currentBytes: 33_554_432, maximumBytes: 33_554_432 },
      vcpus: [{ index: 0, state: 'running' }],
      interfaces: [],
      blocks: [],
    });
    const told = await virsh('domstats', '--state', '--balloon', domain.name);
    for (const [, name = '', value] of told.matchAll(/^ {2}(balloon\.(?:current|maximum)|state\.\w+)=(.*)$/gm)) {
      expect(String(stats?.parameters[name])).toBe(value);
    }
    const cpu = (await connection.getAllDomainStats({ domains: [domain], groups: ['cpu'] }))[0]?.cpu;
    expect(cpu?.timeNs).toBeGreaterThan(0);
    await domain.destroy();
  });

  it('that is transient vanishes with its end; autodestroy ends it with the connection', async () => {
    const other = await connect(labUri);
    const name = uniqueName('transient');
    const domain = await other.createDomainXML(guestXml(name), { paused: true, autodestroy: true });
    await other.close();
    for (let attempt = 0; attempt < 100; attempt++) {
      if (!(await connection.listAllDomains()).some(({ uuid }) => uuid === domain.uuid)) return;
      await delay(100);
    }
    expect.unreachable('the domain outlived its connection');
  });

  it('can not be started twice, defined twice under its name, or with nonsense', async () => {
    const domain = await connection.createDomainXML(guestXml(uniqueName('once')), { paused: true });
    expect(await caught(connection.createDomainXML(guestXml(domain.name)))).toMatchObject({ kind: 'already-exists' });
    expect(await caught(domain.create())).toMatchObject({ kind: 'conflict' });
    const misspelt = guestXml(uniqueName('typo')).replaceAll('vcpu', 'vcpuu');
    expect(await caught(connection.defineDomainXML(misspelt, { validate: true }))).toMatchObject({
      code: 'LIBVIRT_XML_INVALID_SCHEMA',
      kind: 'invalid',
    });
    const unbootable = guestXml(uniqueName('nokernel')).replace(
      'hvm</type>',
      'hvm</type><kernel>/nonexistent</kernel>',
    );
    expect(await caught(connection.createDomainXML(unbootable))).toMatchObject({
      kind: 'not-found',
      libvirtCode: 38,
      int1: 2,
    });
    await domain.destroy();
  });

  it('that crashes is told', async () => {
    const domain = await connection.createDomainXML(guestXml(uniqueName('crash')), { paused: true });
    const events = connection.domainEvents({ domain });
    await events.ready;
    const { result } = await connection.raw.qemuDomainMonitorCommand({
      dom: domain.dom,
      cmd: '{"execute":"query-status"}',
    });
    expect(JSON.parse(result)).toMatchObject({ return: { status: 'prelaunch' } });
    void connection.raw.qemuDomainMonitorCommand({ dom: domain.dom, cmd: '{"execute":"quit"}' }).catch(() => {});
    for await (const event of events) {
      if (event.type === 'lifecycle' && event.event === 'stopped') break;
    }
  });

  it('is one of many that are created at once, while the host still answers', async () => {
    const creates = Array.from({ length: 8 }, () =>
      connection.createDomainXML(guestXml(uniqueName('many'), { memoryMiB: 16 }), { paused: true }),
    );
    const waits: number[] = [];
    const progress = { creating: true };
    const all = Promise.all(creates).finally(() => (progress.creating = false));
    while (progress.creating) {
      const before = performance.now();
      await connection.getHostname();
      waits.push(performance.now() - before);
      await delay(20);
    }
    const domains = await all;
    expect(Math.max(...waits)).toBeLessThan(500);
    await Promise.all(domains.map((domain) => domain.destroy()));
  });
});
