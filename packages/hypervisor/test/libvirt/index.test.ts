import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { describeHypervisor } from '@novacron/hypervisor/testing';
import type { Hypervisor, HypervisorEvent } from '@novacron/hypervisor';
import { procedures, type protocol } from 'node-libvirt';
import { Failure, silence } from 'node-libvirt/testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { libvirtCapabilities } from '../../src/libvirt/capabilities.ts';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const [shared, other] = await Promise.all([FakeLibvirtd.start(), FakeLibvirtd.start()]);
afterAll(() => Promise.all([shared.daemon.stop(), other.daemon.stop()]));

describeHypervisor('libvirt, a fake daemon', {
  open: () => connectLibvirt(shared.daemon.uri()),
  openDestination: () => connectLibvirt(other.daemon.uri()),
  capabilities: libvirtCapabilities('qemu'),
  spec: (name) => ({ name, memoryBytes: 128 * 1024 ** 2 }),
});

describe('the libvirt driver', () => {
  let libvirtd: FakeLibvirtd;
  let hypervisor: Hypervisor;

  beforeEach(async () => {
    libvirtd = await FakeLibvirtd.start();
    hypervisor = await connectLibvirt(libvirtd.daemon.uri());
  });
  afterEach(async () => {
    await hypervisor.close();
    await libvirtd.daemon.stop();
  });

  it('uses KVM where the host has it', async () => {
    const { native } = await hypervisor.vms.create({ name: 'a' });
    expect(native['domainType']).toBe('kvm');
    await using emulated = await connectLibvirt(libvirtd.daemon.uri(), { domainType: 'qemu' });
    expect((await emulated.vms.create({ name: 'b' })).native['domainType']).toBe('qemu');
  });

  it('maps statistics and leaves out what the daemon does not say', async () => {
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    const { items } = await hypervisor.vms.stats();
    expect(items[0]).toMatchObject({
      name: 'a',
      state: 'running',
      cpu: { timeSeconds: 2.5, vcpus: 2 },
      memory: { limitBytes: 131_072 * 1024, usageBytes: 40_000 * 1024, residentBytes: 200_000 * 1024 },
    });
    expect(items[0]?.disks).toStrictEqual([{ device: 'vda', readBytes: 4096, writeBytes: 8192, readOperations: 1 }]);
    expect(items[0]?.networkInterfaces).toStrictEqual([
      { device: 'vnet0', receiveBytes: 10, transmitBytes: 20, errors: 3 },
    ]);
  });

  it('does not make up how many CPUs a machine has', async () => {
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    const params: protocol.TypedParam[] = [{ field: 'cpu.time', value: { type: 4, value: 1n } }];
    libvirtd.daemon.on(procedures.connectGetAllDomainStats, () => ({
      retStats: [{ dom: libvirtd.named('a').reference, params }],
    }));
    const [stats] = (await hypervisor.vms.stats()).items;
    expect(stats).toMatchObject({ name: 'a', state: 'unknown' });
    expect(stats).not.toHaveProperty('cpu');
  });

  it('names a machine that vanished between finding and measuring it', async () => {
    const { id } = await hypervisor.vms.create({ name: 'gone' }, { start: true });
    await hypervisor.vms.create({ name: 'stays' }, { start: true });
    libvirtd.daemon.on(procedures.domainLookupByName, ({ args }) => {
      const dom = [...libvirtd.domains.values()].find(({ reference }) => reference.name === args.name)?.reference;
      if (args.name === 'gone') libvirtd.domains.delete(id);
      return dom === undefined ? new Failure({ code: 42 }) : { dom };
    });
    const { items, errors } = await hypervisor.vms.stats({ vms: ['gone', 'stays'] });
    expect(items.map(({ name }) => name)).toEqual(['stays']);
    expect(errors).toEqual([expect.objectContaining({ kind: 'not-found', details: { vm: 'gone' } })]);
  });

  it('lists all but the machine that vanished, and reports the one that can not be read', async () => {
    for (const name of ['a', 'b', 'c']) await hypervisor.vms.create({ name });
    libvirtd.daemon.on(procedures.domainGetXmlDesc, ({ args }) => {
      if (args.dom.name === 'a') return new Failure({ code: 42, message: 'Domain not found' });
      if (args.dom.name === 'b') return new Failure({ code: 1, message: 'internal error' });
      return { xml: '<domain/>' };
    });
    const { items, errors } = await hypervisor.vms.list();
    expect(items.map(({ name }) => name)).toEqual(['c']);
    expect(errors.map(({ kind, details }) => [kind, details])).toEqual([['internal', { vm: 'b', libvirtCode: 1 }]]);
  });

  it('takes back a machine that could not be started', async () => {
    const broken = { name: 'broken', disks: [{ source: '/nowhere/a.qcow2' }] };
    await expect(hypervisor.vms.create(broken, { start: true })).rejects.toMatchObject({
      kind: 'not-found',
      details: { vm: 'broken', libvirtCode: 38 },
    });
    expect(libvirtd.domains.size).toBe(0);
  });

  it('cuts a guest off that ignores the request, or fails when asked to', async () => {
    libvirtd.guestsObey = false;
    await hypervisor.vms.create({ name: 'a' }, { start: true });
    await expect(hypervisor.vms.stop('a', { graceMs: 150, afterGrace: 'fail' })).rejects.toMatchObject({
      code: 'NOVA_HYPERVISOR_TIMEOUT',
      details: { vm: 'a', graceMs: 150 },
    });
    await expect(hypervisor.vms.reboot('a', { graceMs: 150 })).rejects.toMatchObject({ kind: 'timeout' });
    expect((await hypervisor.vms.stop('a', { graceMs: 150 })).native.reason).toBe('destroyed');
  });

  it('fails a call within a second when the daemon dies in it, says that trying again may help, and comes back', async () => {
    let hangs = true;
    libvirtd.daemon.on(procedures.connectListAllDomains, () => {
      if (hangs) return silence;
      const domains = Array.from(libvirtd.domains.values(), ({ reference }) => reference);
      return { domains, ret: domains.length };
    });
    const events = hypervisor.events()[Symbol.asyncIterator]();
    const next = events.next();
    next.catch(() => {});
    await hypervisor.vms.create({ name: 'a' }); // the event stream is ready now
    await next;
    const listing = hypervisor.vms.list();
    const waiting = events.next();
    const settled = Promise.allSettled([listing]);
    await expect.poll(() => libvirtd.daemon.peer.calls).toContain('connectListAllDomains');
    hangs = false;
    const startMs = performance.now();
    libvirtd.daemon.peer.socket.destroy();
    const [list] = await settled;
    expect(performance.now() - startMs).toBeLessThan(1000);
    expect(list).toMatchObject({
      status: 'rejected',
      reason: { code: 'NOVA_HYPERVISOR_UNAVAILABLE', retryable: true, details: { outcomeUnknown: true } },
    });
    expect((await waiting).value).toMatchObject({ type: 'lost', count: undefined });
    expect((await hypervisor.vms.list()).items.map(({ name }) => name)).toEqual(['a']);
    expect((await hypervisor.host?.info())?.hostname).toBe('fake');
  });

  it('tells crashes, restarts and changes of state', async () => {
    const { id } = await hypervisor.vms.create({ name: 'a' }, { start: true });
    const events = hypervisor.events();
    await hypervisor.vms.reboot(id);
    const { daemon } = libvirtd;
    const dom = { name: 'a', uuid: id, id: 1 };
    for (const [event, detail] of [
      [5, 2],
      [6, 0],
      [7, 0],
      [8, 0],
      [99, 0],
    ] as const) {
      for (const peer of daemon.peers) {
        for (const callbackID of [1, 2, 3])
          peer.sendEvent('domainEventCallbackLifecycle', { callbackID, msg: { dom, event, detail } });
      }
    }
    const seen: HypervisorEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      if (seen.length === 6) break;
    }
    expect(seen.map((event) => ('state' in event ? `${event.type} ${event.state}` : event.type))).toEqual([
      'rebooted running',
      'crashed crashed',
      'changed stopping',
      'suspended suspended',
      'crashed crashed',
      'changed unknown',
    ]);
  });

  it('ends a stream of events quietly when it is closed while a state is looked up', async () => {
    const { id } = await hypervisor.vms.create({ name: 'a' });
    const events = hypervisor.events()[Symbol.asyncIterator]();
    await hypervisor.host?.info(); // the daemon has begun to tell
    const { daemon } = libvirtd;
    daemon.on(procedures.domainGetState, () => silence);
    const next = events.next();
    const dom = { name: 'a', uuid: id, id: -1 };
    daemon.peer.sendEvent('domainEventCallbackLifecycle', { callbackID: 1, msg: { dom, event: 1, detail: 0 } });
    await expect.poll(() => daemon.peer.calls.at(-1)).toBe('domainGetState');
    await hypervisor.close();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('takes a guest’s name for what it is when it looks like an id', async () => {
    const name = '11111111-1111-4111-8111-111111111111';
    await hypervisor.vms.create({ name });
    expect((await hypervisor.vms.get(name)).name).toBe(name);
  });
});
