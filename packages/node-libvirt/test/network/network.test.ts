import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, type Network, procedures } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';

const net = { name: 'lan', uuid: '00000000-0000-4000-8000-00000000000b' };

let server: FakeDaemon;
let connection: Connection;
let asked: unknown[];

beforeAll(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect();
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

function answer<Args, Ret>(procedure: Procedure<Args, Ret>, value: Ret): void {
  server.on(procedure, ({ args }) => {
    asked.push(args);
    return value;
  });
}

async function lookup(): Promise<Network> {
  server.on(procedures.networkLookupByName, () => ({ net }));
  return connection.lookupNetworkByName('lan');
}

describe('a network', () => {
  it('is listed, found and defined', async () => {
    answer(procedures.connectListAllNetworks, { nets: [net], ret: 1 });
    answer(procedures.networkLookupByName, { net });
    answer(procedures.networkDefineXml, { net });
    expect((await connection.listAllNetworks()).map(({ name, uuid }) => ({ name, uuid }))).toEqual([net]);
    expect((await connection.lookupNetworkByName('lan')).uuid).toBe(net.uuid);
    expect((await connection.defineNetworkXML('<network/>')).name).toBe('lan');
    expect(asked).toEqual([{ needResults: 1, flags: 0 }, { name: 'lan' }, { xml: '<network/>' }]);
  });

  it('tells its XML and whether it is active', async () => {
    answer(procedures.networkGetXmlDesc, { xml: '<network/>' });
    answer(procedures.networkIsActive, { active: 1 });
    const network = await lookup();
    expect(await network.getXMLDesc()).toBe('<network/>');
    expect(await network.isActive()).toBe(true);
  });

  it.each<[string, (n: Network) => Promise<void>, Procedure<never, void>, unknown]>([
    ['create', (n) => n.create(), procedures.networkCreate, { net }],
    ['destroy', (n) => n.destroy(), procedures.networkDestroy, { net }],
    ['undefine', (n) => n.undefine(), procedures.networkUndefine, { net }],
    ['setAutostart', (n) => n.setAutostart(true), procedures.networkSetAutostart, { net, autostart: 1 }],
  ])('%s asks the daemon for just that', async (_, act, procedure, expected) => {
    answer(procedure as Procedure<unknown, void>, undefined);
    await act(await lookup());
    expect(asked).toEqual([expected]);
  });

  it('tells the addresses that it gave away', async () => {
    const lease = {
      iface: 'virbr0',
      expirytime: 1_700_000_000,
      type: 0,
      mac: '52:54:00:00:00:01',
      ipaddr: '192.0.2.5',
      prefix: 24,
      hostname: 'guest',
    };
    answer(procedures.networkGetDhcpLeases, {
      leases: [lease, { ...lease, type: 1, ipaddr: '2001:db8::5', prefix: 64 }],
      ret: 2,
    });
    expect(await (await lookup()).getDHCPLeases({ mac: '52:54:00:00:00:01' })).toEqual([
      {
        interface: 'virbr0',
        mac: '52:54:00:00:00:01',
        family: 'ipv4',
        address: '192.0.2.5',
        prefixLength: 24,
        hostname: 'guest',
        expiresMs: 1_700_000_000_000,
      },
      expect.objectContaining({ family: 'ipv6', address: '2001:db8::5', prefixLength: 64 }),
    ]);
    expect(asked).toEqual([{ net, mac: '52:54:00:00:00:01', needResults: 1, flags: 0 }]);
  });
});
