import { describe, expect, it } from 'vitest';
import { type Connection, Network, procedures as p } from '../../src/index.ts';
import { NetworkPort } from '../../src/network/network-port.ts';
import { caught } from '../support/caught.ts';
import { unsigned } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const net = { name: 'default', uuid: '00000000-0000-4000-8000-00000000000a' };
const port = { net, uuid: '00000000-0000-4000-8000-00000000000b' };
const network = (): Network => new Network(wire.connection.raw, net);

describe('a connection, about networks', () => {
  itAsks<Connection>(wire, () => wire.connection, [
    [
      'lists some',
      (c) => c.listAllNetworks({ inactive: true, noAutostart: true }),
      p.connectListAllNetworks,
      { needResults: 1, flags: 33 },
      { nets: [net], ret: 1 },
      [net],
    ],
    ['counts them', (c) => c.numOfNetworks(), p.connectNumOfNetworks, undefined, { num: 1 }, 1],
    ['counts others', (c) => c.numOfDefinedNetworks(), p.connectNumOfDefinedNetworks, undefined, { num: 2 }, 2],
    ['names them', (c) => c.listNetworks(), p.connectListNetworks, { maxnames: 16_384 }, { names: ['x'] }, ['x']],
    [
      'names others',
      (c) => c.listDefinedNetworks(),
      p.connectListDefinedNetworks,
      { maxnames: 16_384 },
      { names: ['y'] },
      ['y'],
    ],
    ['finds one', (c) => c.lookupNetworkByUUID(net.uuid), p.networkLookupByUuid, { uuid: net.uuid }, { net }, net],
    ['defines one', (c) => c.defineNetworkXML('<n/>'), p.networkDefineXml, { xml: '<n/>' }, { net }, net],
    [
      'defines one that fits the schema',
      (c) => c.defineNetworkXML('<n/>', { validate: true }),
      p.networkDefineXmlFlags,
      { xml: '<n/>', flags: 1 },
      { net },
      net,
    ],
    ['starts one', (c) => c.createNetworkXML('<n/>'), p.networkCreateXml, { xml: '<n/>' }, { net }, net],
    [
      'starts one that fits the schema',
      (c) => c.createNetworkXML('<n/>', { validate: true }),
      p.networkCreateXmlFlags,
      { xml: '<n/>', flags: 1 },
      { net },
      net,
    ],
  ]);
});

describe('a network, further', () => {
  itAsks<Network>(wire, network, [
    ['uses a bridge', (n) => n.getBridgeName(), p.networkGetBridgeName, { net }, { name: 'virbr0' }, 'virbr0'],
    ['persists', (n) => n.isPersistent(), p.networkIsPersistent, { net }, { persistent: 1 }, true],
    ['is started with the host', (n) => n.getAutostart(), p.networkGetAutostart, { net }, { autostart: 0 }, false],
    [
      'has a definition',
      (n) => n.getXMLDesc({ inactive: true }),
      p.networkGetXmlDesc,
      { net, flags: 1 },
      { xml: '<n/>' },
      '<n/>',
    ],
    [
      'has metadata',
      (n) => n.getMetadata('element', { uri: 'urn:x', config: true }),
      p.networkGetMetadata,
      { network: net, type: 2, uri: 'urn:x', flags: 2 },
      { metadata: '<x/>' },
      '<x/>',
    ],
    [
      'gets metadata',
      (n) => n.setMetadata('title', 'Office', { live: true }),
      p.networkSetMetadata,
      { network: net, type: 1, metadata: 'Office', key: undefined, uri: undefined, flags: 1 },
    ],
    [
      'has ports',
      (n) => n.listAllPorts(),
      p.networkListAllPorts,
      { network: net, needResults: 1, flags: 0 },
      { ports: [port], ret: 1 },
      [{ uuid: port.uuid, network: 'default' }],
    ],
    [
      'finds a port',
      (n) => n.portLookupByUUID(port.uuid),
      p.networkPortLookupByUuid,
      { network: net, uuid: port.uuid },
      { port },
      { uuid: port.uuid, network: 'default' },
    ],
    [
      'makes a port',
      (n) => n.portCreateXML('<networkport/>', { reclaim: true }),
      p.networkPortCreateXml,
      { network: net, xml: '<networkport/>', flags: 1 },
      { port },
      { uuid: port.uuid, network: 'default' },
    ],
  ]);

  it('is changed in the order that the daemon takes', async () => {
    wire.answer(p.networkUpdate, undefined);
    wire.server.on(p.connectSupportsFeature, ({ args }) => ({ supported: args.feature === 16 ? 1 : 0 }));
    await network().update('add-last', 'ip-dhcp-host', '<host/>', { live: true, config: true });
    expect(wire.asked.at(-1)).toEqual({ net, command: 3, section: 4, parentIndex: -1, xml: '<host/>', flags: 3 });
    wire.server.on(p.connectSupportsFeature, () => ({ supported: 0 }));
    await network().update('delete', 'dns-srv', '<srv/>', { parentIndex: 1 });
    expect(wire.asked.at(-1)).toEqual({ net, command: 12, section: 2, parentIndex: 1, xml: '<srv/>', flags: 0 });
  });

  it('is not changed by words that mean nothing', async () => {
    expect(await caught(network().update('none' as 'delete', 'ip', '<ip/>'))).toMatchObject({ kind: 'invalid' });
    expect(await caught(network().update('delete', 'dhcp' as 'ip', '<ip/>'))).toMatchObject({ kind: 'invalid' });
    expect(await caught(network().getMetadata('x' as 'title'))).toMatchObject({ kind: 'invalid' });
  });
});

describe('a port of a network', () => {
  itAsks<NetworkPort>(wire, () => new NetworkPort(wire.connection.raw, port), [
    ['has XML', (o) => o.getXMLDesc(), p.networkPortGetXmlDesc, { port, flags: 0 }, { xml: '<p/>' }, '<p/>'],
    [
      'is limited so',
      (o) => o.getParameters(),
      p.networkPortGetParameters,
      { port, nparams: 16, flags: 0 },
      { params: [unsigned('outbound.average', 8)], nparams: 1 },
      { outboundAverageBytesPerSecond: 8000, parameters: { 'outbound.average': 8 } },
    ],
    [
      'is limited',
      (o) => o.setParameters({ outboundPeakBytesPerSecond: 8000 }),
      p.networkPortSetParameters,
      { port, params: [unsigned('outbound.peak', 8)], flags: 0 },
    ],
    ['is removed', (o) => o.delete(), p.networkPortDelete, { port, flags: 0 }],
  ]);

  it('is the reference that raw calls take', () => {
    expect(new NetworkPort(wire.connection.raw, port).port).toEqual(port);
    expect(network().net).toEqual(net);
  });
});
