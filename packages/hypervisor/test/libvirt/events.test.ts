import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import type { Hypervisor, HypervisorEvent } from '@novacron/hypervisor';
import { constants, procedures } from 'node-libvirt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeDomain } from './fake-domain.ts';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const { VIR_DOMAIN_RUNNING: running } = constants;
const [defined, undefinedEvent] = [0, 1];
const [removed, undefinedRenamed] = [0, 1];
const [updated, definedRenamed] = [1, 2];

let libvirtd: FakeLibvirtd;
let hypervisor: Hypervisor;
let events: AsyncIterator<HypervisorEvent>;
let domain: FakeDomain;

beforeEach(async () => {
  libvirtd = await FakeLibvirtd.start();
  hypervisor = await connectLibvirt(libvirtd.daemon.uri());
  await hypervisor.vms.create({ name: 'a' }, { start: true });
  domain = libvirtd.named('a');
  events = hypervisor.events()[Symbol.asyncIterator]();
  await hypervisor.vms.get('a'); // the daemon tells from here on
});
afterEach(async () => {
  await hypervisor.close();
  await libvirtd.daemon.stop();
});

const tell = (event: number, detail: number): void => libvirtd.change(domain, running, 1, event, detail);
const next = async (): Promise<unknown> => (await events.next()).value;

describe('events of definitions', () => {
  it('show the state that a running guest keeps when it is redefined or undefined', async () => {
    tell(defined, updated);
    tell(undefinedEvent, removed);
    expect(await next()).toMatchObject({ type: 'changed', state: 'running', reason: 'updated' });
    expect(await next()).toMatchObject({ type: 'changed', state: 'running', reason: 'removed' });
  });

  it('tell of a new name once, and of no deletion', async () => {
    tell(undefinedEvent, undefinedRenamed);
    tell(defined, definedRenamed);
    expect(await next()).toMatchObject({ type: 'changed', state: 'running', reason: 'renamed' });
  });

  it('tell of a deletion when the machine is gone', async () => {
    await hypervisor.vms.delete('a', { force: true });
    expect(await next()).toMatchObject({ type: 'stopped' });
    expect(await next()).toMatchObject({ type: 'deleted', state: 'deleted' });
  });

  it('come in order, however many ask for the next one', async () => {
    tell(defined, updated);
    tell(3, 0);
    const both = await Promise.all([events.next(), events.next()]);
    expect(both.map(({ value }) => (value as HypervisorEvent).type)).toEqual(['changed', 'suspended']);
  });
});

describe('events of other kinds', () => {
  it('are told only to those who ask for them', async () => {
    const others = hypervisor.events({ kinds: ['device', 'problem', 'job', 'agent'] })[Symbol.asyncIterator]();
    await hypervisor.vms.get('a');
    const dom = domain.reference;
    const action = 1;
    const {
      VIR_DOMAIN_EVENT_ID_DEVICE_ADDED: added,
      VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED: gone,
      VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON: ioError,
      VIR_DOMAIN_EVENT_ID_WATCHDOG: watchdog,
      VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2: blockJob,
      VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE: agent,
    } = constants;
    tell(3, 0); // no change of state is among them
    libvirtd.tell(added, (peer, callbackID) =>
      peer.sendEvent('domainEventCallbackDeviceAdded', { callbackID, dom, devAlias: 'virtio-disk1' }),
    );
    libvirtd.tell(gone, (peer, callbackID) =>
      peer.sendEvent('domainEventCallbackDeviceRemoved', { callbackID, msg: { dom, devAlias: 'virtio-disk1' } }),
    );
    for (const reason of ['enospc', '']) {
      const message = { dom, srcPath: '/a', devAlias: 'virtio-disk0', action, reason };
      libvirtd.tell(ioError, (peer, callbackID) =>
        peer.sendEvent('domainEventCallbackIoErrorReason', { callbackID, msg: message }),
      );
    }
    libvirtd.tell(watchdog, (peer, callbackID) =>
      peer.sendEvent('domainEventCallbackWatchdog', { callbackID, msg: { dom, action } }),
    );
    libvirtd.tell(blockJob, (peer, callbackID) =>
      peer.sendEvent('domainEventBlockJob2', { callbackID, dom, dst: 'vda', type: 4, status: 0 }),
    );
    for (const state of [0, 1, 2])
      libvirtd.tell(agent, (peer, callbackID) =>
        peer.sendEvent('domainEventCallbackAgentLifecycle', { callbackID, dom, state, reason: 2 }),
      );
    const notice = { vmId: dom.uuid, name: 'a', timeMs: expect.any(Number) as number };
    for (const told of [
      { type: 'device-added', subject: 'virtio-disk1' },
      { type: 'device-removed', subject: 'virtio-disk1' },
      { type: 'io-error', subject: 'virtio-disk0', reason: 'enospc' },
      { type: 'io-error', subject: 'virtio-disk0', reason: 'pause' },
      { type: 'watchdog', reason: 'pause' },
      { type: 'block-job', subject: 'vda', reason: 'active-commit completed' },
      { type: 'agent-connected', reason: 'channel' },
      { type: 'agent-disconnected', reason: 'channel' },
    ])
      expect((await others.next()).value).toEqual({ ...notice, ...told });
    expect(await next()).toMatchObject({ type: 'suspended' });
    await others.return?.();
  });

  it('of networks and pools come beside those of machines, and end together', async () => {
    libvirtd.daemon.on(procedures.connectNetworkEventRegisterAny, () => ({ callbackID: 1001 }));
    libvirtd.daemon.on(procedures.connectStoragePoolEventRegisterAny, () => ({ callbackID: 1002 }));
    libvirtd.daemon.on(procedures.connectNetworkEventDeregisterAny, () => undefined);
    libvirtd.daemon.on(procedures.connectStoragePoolEventDeregisterAny, () => undefined);
    const all = hypervisor.events({ kinds: ['state', 'network', 'pool'] })[Symbol.asyncIterator]();
    await hypervisor.vms.get('a');
    const [peer] = libvirtd.daemon.peers;
    const reference = { name: 'n', uuid: domain.reference.uuid };
    const seen: unknown[] = [];
    for (const event of [0, 2, 3, 1]) {
      peer?.sendEvent('networkEventLifecycle', { callbackID: 1001, net: reference, event, detail: 0 });
      seen.push((await all.next()).value);
    }
    for (const event of [4, 2])
      peer?.sendEvent('storagePoolEventLifecycle', { callbackID: 1002, pool: reference, event, detail: 0 });
    seen.push((await all.next()).value);
    const told = (type: string, change: string): object => ({
      type,
      name: 'n',
      change,
      timeMs: expect.any(Number) as number,
    });
    expect(seen).toEqual([
      ...['defined', 'started', 'stopped', 'deleted'].map((change) => told('network', change)),
      told('pool', 'started'),
    ]);
    tell(3, 0);
    expect((await all.next()).value).toMatchObject({ type: 'suspended' });
    const waiting = all.next();
    await hypervisor.close();
    expect(await waiting).toMatchObject({ done: true });
    expect(await all.next()).toMatchObject({ done: true });
  });

  it('that there are not are refused', () => {
    for (const kinds of [[], ['weather'], 'state'])
      expect(() => hypervisor.events({ kinds: kinds as never })).toThrow(
        expect.objectContaining({ code: 'NOVA_HYPERVISOR_INVALID' }),
      );
  });
});

describe('a reader of events', () => {
  it('that never began to read ends its subscription when it leaves', async () => {
    await events.return?.();
    await hypervisor.vms.get('a');
    const called = libvirtd.daemon.peers.flatMap((peer) => peer.calls);
    expect(called.filter((name) => name === 'connectDomainEventCallbackDeregisterAny')).toHaveLength(2);
  });

  it('sees nothing after its signal', async () => {
    const stop = new AbortController();
    const reader = hypervisor.events({ signal: stop.signal })[Symbol.asyncIterator]();
    await hypervisor.vms.get('a');
    tell(3, 0);
    await next();
    stop.abort();
    expect(await reader.next()).toMatchObject({ done: true });
  });

  it('can not have a queue for no event', () => {
    expect(() => hypervisor.events({ queueLimit: 0 })).toThrow(
      expect.objectContaining({ code: 'NOVA_HYPERVISOR_INVALID' }),
    );
  });
});
