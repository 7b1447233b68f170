import { expect, it } from 'vitest';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** Networks. Isolated ones of addresses that documents are written with, so that nothing else is disturbed. */
export function networkTests({ hypervisor, freshName }: SuiteContext): void {
  const networks = (): NonNullable<ReturnType<typeof hypervisor>['networks']> => {
    const found = hypervisor().networks;
    if (found === undefined) throw new Error('capabilities.networks is true, but there are no networks');
    return found;
  };

  it('makes a network with DHCP, changes what it keeps while it runs, and takes it away', async () => {
    const name = freshName();
    const bridge = `nv${process.pid % 100_000}${name.split('-').at(-1)}`;
    const made = await networks().create({
      name,
      bridge,
      mode: 'isolated',
      address: '198.51.100.1/24',
      dhcpRange: ['198.51.100.10', '198.51.100.99'],
      reservations: [{ macAddress: '52:54:00:AA:00:01', address: '198.51.100.5', name: 'a' }],
      domain: 'lab.internal',
      autostart: false,
    });
    try {
      expect(made).toMatchObject({
        name,
        mode: 'isolated',
        active: true,
        autostart: false,
        address: '198.51.100.1/24',
        dhcpRange: ['198.51.100.10', '198.51.100.99'],
        reservations: [{ macAddress: '52:54:00:aa:00:01', address: '198.51.100.5', name: 'a' }],
      });
      await expectError(networks().create({ name, mode: 'isolated' }), 'already-exists');
      const grown = await networks().addReservation(made.id, {
        macAddress: '52:54:00:aa:00:02',
        address: '198.51.100.6',
      });
      expect(grown.reservations.map(({ address }) => address)).toEqual(['198.51.100.5', '198.51.100.6']);
      const shrunk = await networks().removeReservation(name, '52:54:00:AA:00:01');
      expect(shrunk.reservations.map(({ address }) => address)).toEqual(['198.51.100.6']);
      await expectError(networks().removeReservation(name, '52:54:00:aa:00:01'), 'not-found');
      expect((await networks().stop(name)).active).toBe(false);
      expect((await networks().stop(name)).active).toBe(false);
      expect((await networks().start(name)).active).toBe(true);
      expect((await networks().list()).map((network) => network.name)).toContain(name);
    } finally {
      await networks().delete(name);
    }
    await expectError(networks().get(name), 'not-found');
  });

  it('refuses a wrong network with all its problems', async () => {
    const wrong = { name: '', mode: 'isolated' as const, address: '10.0.0.1', dhcpRange: ['10.0.0.2', 'x'] as const };
    await expectError(networks().create(wrong), 'invalid', {
      problems: ['name', 'address', 'dhcpRange'].map((path) => expect.objectContaining({ path })),
    });
  });
}
