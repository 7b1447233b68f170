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
    await vms.stop(id, { force: true });
    await expectError(guests.execute(id, { path: '/bin/echo' }), 'conflict');
  });
}
