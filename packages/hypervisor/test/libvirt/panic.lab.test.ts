import type { CompleteHypervisor, HypervisorEvent, VmSpec } from '@novacron/hypervisor';
import { connectLibvirt } from '@novacron/hypervisor/libvirt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { labGuest, labUri } from '../lab.ts';

const name = `hv-panic-${process.pid}`;
const spec: VmSpec = {
  name,
  memoryBytes: 160 * 1024 ** 2,
  machine: 'pc',
  panic: true,
  directBoot: { ...labGuest, commandLine: 'console=ttyS0 quiet' },
};
/** A program that does what the panic device's driver does, which the guest's small kernel has not: it writes 1 to port 0x505. */
const program = Buffer.from(
  '7f454c4602010100000000000000000002003e0001000000780040000000000040000000000000000000000000000000' +
    '000000004000380001000000000000000100000005000000000000000000000000004000000000000000400000000000' +
    '9400000000000000940000000000000000100000000000' +
    '00b8ac000000bf030000000f0566ba0505b001eeb83c00000031ff0f05',
  'hex',
);

describe('a guest whose kernel panics', { timeout: 120_000 }, () => {
  let hypervisor: CompleteHypervisor;

  beforeAll(async () => {
    hypervisor = await connectLibvirt(labUri);
  });
  afterEach(() => hypervisor.vms.delete(name, { force: true }));
  afterAll(() => hypervisor.close());

  const panicked = async (onCrash: VmSpec['onCrash']): Promise<void> => {
    await hypervisor.vms.create({ ...spec, onCrash }, { start: true });
    await hypervisor.guests.waitForAgent(name, { timeoutMs: 60_000 });
    await hypervisor.guests.writeFile(name, '/tmp/tell', program);
    await hypervisor.guests.execute(name, { path: '/bin/chmod', arguments: ['+x', '/tmp/tell'] });
    await hypervisor.guests.execute(name, { path: '/tmp/tell' }, { timeoutMs: 3000 }).catch(() => {}); // it does not live to answer
  };
  const state = async (): Promise<string> => (await hypervisor.vms.get(name)).state;

  it('is crashed, and stays as it is when that is asked for; it can be started again', async () => {
    const stop = new AbortController();
    const seen: HypervisorEvent[] = [];
    const events = (async () => {
      for await (const event of hypervisor.events({ signal: stop.signal })) seen.push(event);
    })();
    await panicked('preserve');
    await expect.poll(state, { timeout: 10_000 }).toBe('crashed');
    await expect.poll(() => seen.map(({ type }) => type)).toContain('crashed');
    await expect(hypervisor.vms.suspend(name)).rejects.toMatchObject({
      kind: 'conflict',
      details: { state: 'crashed' },
    });
    expect((await hypervisor.vms.start(name)).state).toBe('running');
    await hypervisor.guests.waitForAgent(name, { timeoutMs: 60_000 });
    stop.abort();
    await events;
  });

  it('is off by default', async () => {
    await panicked(undefined);
    await expect.poll(state, { timeout: 10_000 }).toBe('crashed');
    expect((await hypervisor.vms.get(name)).native.state).toBe('shutoff');
  });

  it('starts anew when that is asked for', async () => {
    await panicked('restart');
    const look = { path: '/bin/ls', arguments: ['/tmp/tell'] };
    // For a moment there is no guest, then one that boots; its memory is new.
    const told = async (): Promise<number | undefined> =>
      (await hypervisor.guests.execute(name, look, { timeoutMs: 5_000 }).catch(() => undefined))?.exitCode;
    await expect.poll(told, { timeout: 90_000, interval: 500 }).toBe(1);
    expect(await state()).toBe('running');
  });
});
