import { expect, it } from 'vitest';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** Networks. Isolated ones of addresses that documents are written with, so that nothing else is disturbed. */
export function networkTests({ hypervisor, freshName, specOf }: SuiteContext): void {
  const networks = (): NonNullable<ReturnType<typeof hypervisor>['networks']> => {
    const found = hypervisor().networks;
    if (found === undefined) throw new Error('capabilities.networks is true, but there are no networks');
    return found;
  };

  it('lets go of the addresses that are kept for a machine with it, when that is asked for', async () => {
    const name = freshName();
    const bridge = `nv${process.pid % 100_000}${name.split('-').at(-1)}`;
    await networks().create({
      name,
      bridge,
      mode: 'isolated',
      address: '198.51.100.1/24',
      dhcpRange: ['198.51.100.10', '198.51.100.99'],
      reservations: [{ macAddress: '52:54:00:aa:00:11', address: '198.51.100.11' }],
    });
    try {
      const spec = { ...specOf(freshName()), networks: [{ network: name, macAddress: '52:54:00:AA:00:11' }] };
      for (const reservations of [false, true]) {
        const { id } = await hypervisor().vms.create(spec);
        const report = await hypervisor().vms.delete(id, { reservations });
        expect(report).toMatchObject({ reservations: reservations ? [`${name}/198.51.100.11`] : [], errors: [] });
        expect((await networks().get(name)).reservations).toHaveLength(reservations ? 0 : 1);
      }
    } finally {
      await networks().delete(name);
    }
  });

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
      const lease = { macAddress: expect.any(String), address: expect.any(String), expiresMs: expect.any(Number) };
      const leases = await networks()
        .leases(name)
        .catch((error: unknown) => error);
      if (Array.isArray(leases)) for (const each of leases) expect(each).toMatchObject(lease);
      else expect(leases).toMatchObject({ kind: 'unsupported' }); // it gives no addresses by itself
      await expectError(networks().leases(freshName()), 'not-found');
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

  it('changes names, services and groups of ports while it runs; all of it or nothing', async () => {
    const name = freshName();
    const dnsHosts = [{ address: '198.51.100.7', names: ['db', 'db.lab.internal'] }];
    const made = await networks().create({
      name,
      bridge: `nw${process.pid % 100_000}${name.split('-').at(-1)}`,
      mode: 'isolated',
      address: '198.51.100.1/24',
      domain: 'lab.internal',
      dnsHosts,
      autostart: false,
    });
    try {
      expect(made).toMatchObject({ dnsHosts, dnsServices: [], dnsTexts: [], portGroups: [], devices: [] });
      const service = { service: 'ldap', protocol: 'tcp', target: 'db.lab.internal', port: 389 } as const;
      const text = { name: 'owner', value: 'ops & more' };
      const slow = { name: 'slow', inbound: { averageBytesPerSecond: 1024 ** 2 } };
      const moved = { address: '198.51.100.7', names: ['archive'] };
      const changed = await networks().update(name, {
        remove: { dnsHosts },
        add: { dnsHosts: [moved], dnsServices: [service], dnsTexts: [text], portGroups: [slow] },
      });
      expect(changed).toMatchObject({
        dnsHosts: [moved],
        dnsServices: [service],
        dnsTexts: [text],
        portGroups: [slow],
      });
      await expectError(networks().update(name, { add: { dnsHosts: [moved] } }), 'already-exists');
      await expectError(networks().update(name, { remove: { dnsTexts: [{ name: 'no', value: 'x' }] } }), 'not-found');
      const half = { remove: { portGroups: [slow] }, add: { dnsTexts: [{ name: 'a b', value: 'x' }] } };
      await expectError(networks().update(name, half), 'invalid', {
        problems: [expect.objectContaining({ path: 'add.dnsTexts[0].name' })],
      });
      expect((await networks().get(name)).portGroups).toEqual([slow]);
    } finally {
      await networks().delete(name);
    }
  });

  it('refuses a wrong network with all its problems', async () => {
    const wrong = { name: '', mode: 'isolated' as const, address: '10.0.0.1', dhcpRange: ['10.0.0.2', 'x'] as const };
    await expectError(networks().create(wrong), 'invalid', {
      problems: ['name', 'address', 'dhcpRange'].map((path) => expect.objectContaining({ path })),
    });
  });
}
