import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import type { Hypervisor } from '@novacron/hypervisor';
import { constants, procedures } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeLibvirtd } from './fake-libvirtd.ts';

const {
  VIR_DOMAIN_RUNNING: running,
  VIR_DOMAIN_BLOCKED: blocked,
  VIR_DOMAIN_SHUTDOWN: shutdown,
  VIR_DOMAIN_SHUTOFF: shutoff,
  VIR_DOMAIN_CRASHED: crashed,
  VIR_DOMAIN_PMSUSPENDED: pmsuspended,
} = constants;

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

/** A machine in a state of libvirt's. */
async function machine(state: number, reason = 0): Promise<void> {
  await hypervisor.vms.create({ name: 'a' }, { start: true });
  Object.assign(libvirtd.named('a'), { state, reason });
}

const calls = (): readonly string[] => libvirtd.daemon.peers.flatMap((peer) => peer.calls);

describe('create', () => {
  it('keeps the definition of a machine whose start was given up', async () => {
    libvirtd.daemon.on(procedures.domainCreateWithFlags, async ({ args }) => {
      await sleep(300);
      libvirtd.change(libvirtd.named('a'), running, 1, 2, 0);
      return { dom: args.dom };
    });
    const creating = hypervisor.vms.create({ name: 'a' }, { start: true, timeoutMs: 200 });
    await expect(creating).rejects.toMatchObject({ kind: 'timeout' });
    await expect.poll(async () => (await hypervisor.vms.get('a')).state).toBe('running');
    expect(libvirtd.named('a').persistent).toBe(true);
  });

  it('keeps a machine that somebody else started first', async () => {
    libvirtd.daemon.on(procedures.domainCreateWithFlags, () => {
      libvirtd.change(libvirtd.named('a'), running, 1, 2, 0);
      return new Failure({ code: 55, domain: 10, message: 'domain is already running' });
    });
    expect((await hypervisor.vms.create({ name: 'a' }, { start: true })).state).toBe('running');
    expect(libvirtd.named('a').persistent).toBe(true);
  });

  it('finds the machine that another client made under the token meanwhile', async () => {
    const options = { clientToken: 't' };
    const { id } = await hypervisor.vms.create({ name: 'a' }, options);
    let lists = 0;
    libvirtd.daemon.on(procedures.connectListAllDomains, () => {
      const domains = lists++ === 0 ? [] : Array.from(libvirtd.domains.values(), ({ reference }) => reference);
      return { domains, ret: domains.length };
    });
    expect((await hypervisor.vms.create({ name: 'a' }, options)).id).toBe(id);
    await expect(hypervisor.vms.create({ name: 'a' }, { clientToken: 'other' })).rejects.toMatchObject({
      kind: 'already-exists',
    });
  });
});

describe('start', () => {
  it('cuts the remains of a crashed guest off first', async () => {
    await machine(crashed);
    expect((await hypervisor.vms.start('a')).state).toBe('running');
    expect(calls()).toContain('domainDestroyFlags');
  });

  it('wakes a guest that sleeps', async () => {
    await machine(pmsuspended);
    expect((await hypervisor.vms.start('a')).state).toBe('running');
    expect(calls()).not.toContain('domainDestroyFlags');
  });
});

describe('stop', () => {
  it('asks a guest whose CPUs are blocked, rather than cut it off', async () => {
    await machine(blocked);
    libvirtd.daemon.on(procedures.domainShutdownFlags, () => libvirtd.change(libvirtd.named('a'), shutoff, 1, 5, 0));
    expect((await hypervisor.vms.stop('a')).state).toBe('stopped');
    expect(calls()).not.toContain('domainDestroyFlags');
  });

  it('does not cut off a paused machine that was to be asked only', async () => {
    await machine(running);
    await hypervisor.vms.suspend('a');
    await expect(hypervisor.vms.stop('a', { afterGrace: 'fail' })).rejects.toMatchObject({
      kind: 'conflict',
      details: { state: 'paused', allowed: ['running'] },
    });
    expect((await hypervisor.vms.get('a')).state).toBe('paused');
    expect((await hypervisor.vms.stop('a')).state).toBe('stopped');
  });

  it('ends a shutdown that hangs by force only', async () => {
    await machine(shutdown);
    await expect(hypervisor.vms.stop('a')).rejects.toMatchObject({ kind: 'conflict', details: { state: 'stopping' } });
    expect((await hypervisor.vms.stop('a', { force: true })).state).toBe('stopped');
  });

  it.each([true, false])('reports a transient machine as it was last seen (force: %s)', async (force) => {
    await machine(running);
    const before = await hypervisor.vms.get('a');
    libvirtd.named('a').persistent = false;
    const vm = await hypervisor.vms.stop('a', { force });
    expect(vm).toMatchObject({ id: before.id, name: 'a', state: 'stopped', memoryBytes: before.memoryBytes });
    await expect(hypervisor.vms.get('a')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it.each([Number.NaN, -1])('refuses a grace of %s', async (graceMs) => {
    await machine(running);
    await expect(hypervisor.vms.stop('a', { graceMs })).rejects.toMatchObject({ code: 'NOVA_HYPERVISOR_INVALID' });
    await expect(hypervisor.vms.reboot('a', { graceMs })).rejects.toMatchObject({ code: 'NOVA_HYPERVISOR_INVALID' });
  });
});

describe('delete', () => {
  it('takes a crashed machine away whose process is still there', async () => {
    await machine(crashed);
    await hypervisor.vms.delete('a');
    expect(libvirtd.domains.size).toBe(0);
  });

  it.each([
    ['sleeps', pmsuspended, 0],
    ['is saved on disk', shutoff, 5],
  ])('needs force for a guest that %s', async (_, state, reason) => {
    await machine(state, reason);
    await expect(hypervisor.vms.delete('a')).rejects.toMatchObject({
      kind: 'conflict',
      details: { state: 'suspended' },
    });
    await hypervisor.vms.delete('a', { force: true });
    expect(libvirtd.domains.size).toBe(0);
  });

  it.each([true, false])('is not disturbed by a guest that goes off by itself (persistent: %s)', async (persistent) => {
    await machine(running);
    libvirtd.named('a').persistent = persistent;
    libvirtd.daemon.on(procedures.domainDestroyFlags, () => {
      libvirtd.change(libvirtd.named('a'), shutoff, 1, 5, 0);
      if (!persistent) libvirtd.domains.clear();
      return new Failure(persistent ? { code: 55, message: 'domain is not running' } : { code: 42 });
    });
    await hypervisor.vms.delete('a', { force: true });
    expect(libvirtd.domains.size).toBe(0);
  });

  it('leaves a machine that was started since it was looked at', async () => {
    await machine(running);
    let looks = 0;
    libvirtd.daemon.on(procedures.domainGetState, () => ({ state: looks++ === 0 ? shutoff : running, reason: 1 }));
    await expect(hypervisor.vms.delete('a')).rejects.toMatchObject({ kind: 'conflict', details: { state: 'running' } });
    expect(libvirtd.named('a').persistent).toBe(true);
  });
});

describe('list', () => {
  it('fails when the connection breaks and no machine could be read', async () => {
    for (const name of ['a', 'b']) await hypervisor.vms.create({ name });
    libvirtd.daemon.on(procedures.domainGetXmlDesc, () => {
      for (const { socket } of libvirtd.daemon.peers) socket.destroy();
      return new Failure({ code: 1 });
    });
    await expect(hypervisor.vms.list()).rejects.toMatchObject({ code: 'NOVA_HYPERVISOR_UNAVAILABLE' });
  });

  it('gives the errors when each machine has its own trouble', async () => {
    for (const name of ['a', 'b']) await hypervisor.vms.create({ name });
    libvirtd.daemon.on(procedures.domainGetXmlDesc, () => ({ xml: '<broken>' }));
    const { items, errors } = await hypervisor.vms.list();
    expect(items).toEqual([]);
    expect(errors.map(({ kind }) => kind)).toEqual(['internal', 'internal']);
  });
});
