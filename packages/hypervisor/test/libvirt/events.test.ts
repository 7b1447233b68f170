import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import type { Hypervisor, HypervisorEvent } from '@novacron/hypervisor';
import { constants } from 'node-libvirt';
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
