import { NovaError } from '@novacron/core';
import { expect, it } from 'vitest';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** What guests do by their agents. */
export function guestTests({ hypervisor, freshName, specOf }: SuiteContext): void {
  it('runs programs and moves files in a guest that has booted', async () => {
    const { vms, guests } = hypervisor();
    if (guests === undefined) throw new Error('capabilities.guestAgent is true, but there are no guests');
    const { id } = await vms.create(specOf(freshName()), { start: true });
    await guests.waitForAgent(id, { timeoutMs: 60_000 });
    const result = await guests.execute(id, { path: '/bin/echo', arguments: ['a b', '$(id)'] });
    expect(result).toEqual({ exitCode: 0, stdout: 'a b $(id)\n', stderr: '', truncated: false });
    const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 256);
    await guests.writeFile(id, '/tmp/bytes', bytes);
    expect(Buffer.from(bytes).equals(await guests.readFile(id, '/tmp/bytes'))).toBe(true);
    await expectError(guests.readFile(id, '/tmp/bytes', { limitBytes: 100 }), 'capacity');
    await expectError(guests.execute(id, { path: '' }), 'invalid');
    expect(Math.abs((await guests.getTime(id)) - Date.now())).toBeLessThan(365 * 86_400_000);
    expect(await guests.info(id)).toHaveProperty('hostname');
    if (hypervisor().capabilities.details) {
      expect(await vms.details?.(id)).not.toHaveProperty('guest');
      const details = await vms.details?.(id, { guest: true });
      expect(details?.guest).toMatchObject({
        hostname: expect.any(String) as string,
        networkInterfaces: expect.any(Array) as unknown[],
      });
    }
    await vms.stop(id, { force: true });
    if (hypervisor().capabilities.details) expect(await vms.details?.(id, { guest: true })).not.toHaveProperty('guest');
    await expectError(guests.execute(id, { path: '/bin/echo' }), 'conflict');
  });

  it('freezes, thaws and trims, sets passwords and the clock, or says that the guest can not', async () => {
    const { vms, guests } = hypervisor();
    if (guests === undefined) throw new Error('capabilities.guestAgent is true, but there are no guests');
    const { id } = await vms.create(specOf(freshName()), { start: true });
    await guests.waitForAgent(id, { timeoutMs: 60_000 });
    /** Whether it was done; when not, the error is a typed one. */
    const isDone = async (call: Promise<unknown>): Promise<boolean> => {
      const error: unknown = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error === undefined || NovaError.isInstance(error), String(error)).toBe(true);
      return error === undefined;
    };
    const frozen = await guests.freeze(id).catch(() => undefined);
    if (frozen !== undefined) expect(await guests.thaw(id)).toBe(frozen);
    await isDone(guests.trim(id));
    await isDone(guests.setPassword(id, 'root', 'not a secret'));
    const timeMs = Date.UTC(2030, 0, 2);
    if (await isDone(guests.setTime(id, timeMs))) await isDone(guests.setTime(id));
    for (const { name, addresses } of await guests.addresses(id)) {
      expect(name).not.toBe('');
      for (const address of addresses) expect(address).toMatch(/^[\d.a-f:]+\/\d+$/);
    }
  });
}
