import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain, type Network } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { eventually, guestXml, remove } from '../support/guest.ts';
import { labUri, uniqueName, virsh } from '../support/lab.ts';

let connection: Connection;
let network: Network;
const bridge = `nct${process.pid % 100_000}`;
const mac = '52:54:00:cc:00:01';

beforeAll(async () => {
  connection = await connect(labUri);
  network = await connection.defineNetworkXML(
    `<network><name>${uniqueName('net')}</name><bridge name='${bridge}' delay='0'/><ip address='192.168.177.1' netmask='255.255.255.0'>
      <dhcp><range start='192.168.177.10' end='192.168.177.20'/></dhcp></ip></network>`,
    { validate: true },
  );
  await network.create();
});
afterAll(async () => {
  await network.destroy().catch(() => {});
  await network.undefine().catch(() => {});
  await connection.close();
});

describe('a network', () => {
  it('is defined, started and autostarted', async () => {
    expect(await network.isPersistent()).toBe(true);
    expect(await network.getBridgeName()).toBe(bridge);
    await network.setAutostart(true);
    expect(await network.getAutostart()).toBe(true);
    expect(await connection.listNetworks()).toContain(network.name);
    expect((await connection.lookupNetworkByUUID(network.uuid)).name).toBe(network.name);
    await network.setAutostart(false);
  });

  it('is changed while it runs, as virsh sees it', async () => {
    const host = `<host mac='${mac}' name='fixed' ip='192.168.177.15'/>`;
    await network.update('add-last', 'ip-dhcp-host', host, { live: true, config: true });
    expect(await virsh('net-dumpxml', network.name)).toContain("ip='192.168.177.15'");
    expect(await network.getXMLDesc({ inactive: true })).toContain("ip='192.168.177.15'");
    expect(await caught(network.update('modify', 'bridge', '<bridge/>', { live: true }))).toMatchObject({
      kind: 'unsupported',
    });
  });

  it('gives addresses away, and has a port for the guest', async () => {
    const devices = `<interface type='network'><mac address='${mac}'/><source network='${network.name}'/><model type='virtio'/></interface>`;
    const domain: Domain = await connection.createDomainXML(guestXml(uniqueName('dhcp'), { kernel: true, devices }));
    const [lease] = await eventually(async () => {
      const leases = await network.getDHCPLeases({ mac });
      if (leases.length === 0) throw new Error('no lease yet');
      return leases;
    }, 60_000);
    expect(lease).toMatchObject({
      interface: bridge,
      mac,
      family: 'ipv4',
      address: '192.168.177.15',
      prefixLength: 24,
    });
    expect(lease?.expiresMs).toBeGreaterThan(Date.now());
    expect(await virsh('net-dhcp-leases', network.name)).toContain('192.168.177.15');
    const [port] = await network.listAllPorts();
    expect(port).toBeDefined();
    expect(await port?.getXMLDesc()).toContain(mac);
    expect((await network.portLookupByUUID(port?.uuid ?? '')).network).toBe(network.name);
    await port?.setParameters({ inboundAverageBytesPerSecond: 1_000_000 }).catch(() => {});
    expect(await port?.getParameters()).toMatchObject({ parameters: {} });
    await remove(domain);
    await eventually(async () => expect(await network.listAllPorts()).toEqual([]));
  });

  it('is transient when it is only started', async () => {
    const name = uniqueName('transient');
    const xml = `<network><name>${name}</name><bridge name='ncu${process.pid % 100_000}'/></network>`;
    const transient = await connection.createNetworkXML(xml, { validate: true });
    expect(await transient.isPersistent()).toBe(false);
    await transient.destroy();
    expect(await caught(connection.lookupNetworkByName(name))).toMatchObject({ code: 'LIBVIRT_NO_NETWORK' });
  });

  it('has a port that is made and removed by hand', async () => {
    const port = await network.portCreateXML(
      `<networkport><uuid>${crypto.randomUUID()}</uuid><owner><name>nobody</name><uuid>00000000-0000-4000-8000-00000000abcd</uuid></owner><mac address='52:54:00:cc:00:09'/></networkport>`,
    );
    await port.delete();
    expect(await caught(network.portLookupByUUID(port.uuid))).toMatchObject({ code: 'LIBVIRT_NO_NETWORK_PORT' });
  });

  it('of a newer libvirt has metadata; an older one says that it does not know them', async () => {
    const { major, minor } = await connection.getLibVersion();
    if (major > 9 || (major === 9 && minor >= 7)) {
      await network.setMetadata('title', 'The office');
      expect(await network.getMetadata('title')).toBe('The office');
    } else {
      expect(await caught(network.getMetadata('title'))).toMatchObject({ kind: 'unsupported' });
    }
  });
});

describe('network filters', () => {
  it('are defined, listed and removed', async () => {
    const name = uniqueName('filter');
    const xml = `<filter name='${name}' chain='root'><rule action='drop' direction='in' priority='500'><tcp dstportstart='25'/></rule></filter>`;
    const filter = await connection.defineNWFilterXML(xml);
    expect((await connection.listAllNWFilters()).map(({ uuid }) => uuid)).toContain(filter.uuid);
    expect(await connection.listNWFilters()).toContain(name);
    expect(await connection.numOfNWFilters()).toBe((await connection.listNWFilters()).length);
    expect((await connection.lookupNWFilterByName(name)).uuid).toBe(filter.uuid);
    expect(await (await connection.lookupNWFilterByUUID(filter.uuid)).getXMLDesc()).toContain("dstportstart='25'");
    await connection.defineNWFilterXML(
      xml.replace("name='", `name='`).replace('<rule', `<uuid>${filter.uuid}</uuid><rule`),
      {
        validate: true,
      },
    );
    await filter.undefine();
    expect(await caught(connection.lookupNWFilterByName(name))).toMatchObject({ code: 'LIBVIRT_NO_NWFILTER' });
  });

  it('are bound to the interface of a guest', async () => {
    const name = uniqueName('bound');
    const filter = await connection.defineNWFilterXML(`<filter name='${name}' chain='root'/>`);
    const devices = `<interface type='network'><source network='lab'/><filterref filter='${name}'/></interface>`;
    const domain = await connection.createDomainXML(guestXml(uniqueName('filtered'), { devices }), { paused: true });
    const binding = (await connection.listAllNWFilterBindings()).find(({ filterName }) => filterName === name);
    expect(binding?.portDev).toMatch(/^vnet/);
    expect(await binding?.getXMLDesc()).toContain(name);
    expect((await connection.lookupNWFilterBindingByPortDev(binding?.portDev ?? '')).filterName).toBe(name);
    expect(await caught(filter.undefine())).toMatchObject({ kind: 'conflict' });
    const xml = (await binding?.getXMLDesc()) ?? '';
    await binding?.delete();
    const again = await connection.createNWFilterBindingXML(xml);
    expect(again.filterName).toBe(name);
    await remove(domain);
    await filter.undefine();
  });
});
