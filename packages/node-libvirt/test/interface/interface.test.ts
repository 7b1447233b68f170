import { describe } from 'vitest';
import { type Connection, procedures as p } from '../../src/index.ts';
import { Interface } from '../../src/interface/interface.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const iface = { name: 'eth0', mac: '52:54:00:00:00:01' };

describe("a connection, about the host's interfaces", () => {
  itAsks<Connection>(wire, () => wire.connection, [
    [
      'lists some',
      (c) => c.listAllInterfaces({ active: true }),
      p.connectListAllInterfaces,
      { needResults: 1, flags: 2 },
      { ifaces: [iface], ret: 1 },
      [iface],
    ],
    ['counts them', (c) => c.numOfInterfaces(), p.connectNumOfInterfaces, undefined, { num: 1 }, 1],
    ['counts others', (c) => c.numOfDefinedInterfaces(), p.connectNumOfDefinedInterfaces, undefined, { num: 0 }, 0],
    ['names them', (c) => c.listInterfaces(), p.connectListInterfaces, { maxnames: 16_384 }, { names: ['lo'] }, ['lo']],
    [
      'names others',
      (c) => c.listDefinedInterfaces(),
      p.connectListDefinedInterfaces,
      { maxnames: 16_384 },
      { names: [] },
      [],
    ],
    ['finds one', (c) => c.lookupInterfaceByName('eth0'), p.interfaceLookupByName, { name: 'eth0' }, { iface }, iface],
    [
      'finds one by its address',
      (c) => c.lookupInterfaceByMACString(iface.mac),
      p.interfaceLookupByMacString,
      { mac: iface.mac },
      { iface },
      iface,
    ],
    [
      'defines one',
      (c) => c.defineInterfaceXML('<interface/>', { validate: true }),
      p.interfaceDefineXml,
      { xml: '<interface/>', flags: 1 },
      { iface },
      iface,
    ],
    ['remembers', (c) => c.interfaceChangeBegin(), p.interfaceChangeBegin, { flags: 0 }],
    ['keeps changes', (c) => c.interfaceChangeCommit(), p.interfaceChangeCommit, { flags: 0 }],
    ['takes changes back', (c) => c.interfaceChangeRollback(), p.interfaceChangeRollback, { flags: 0 }],
  ]);
});

describe('an interface of the host', () => {
  itAsks<Interface>(wire, () => new Interface(wire.connection.raw, iface), [
    ['is a reference', (i) => Promise.resolve(i.iface), p.connectGetType, [], undefined, iface],
    [
      'has XML',
      (i) => i.getXMLDesc({ inactive: true }),
      p.interfaceGetXmlDesc,
      { iface, flags: 1 },
      { xml: '<interface/>' },
      '<interface/>',
    ],
    ['is up', (i) => i.isActive(), p.interfaceIsActive, { iface }, { active: 1 }, true],
    ['is brought up', (i) => i.create(), p.interfaceCreate, { iface, flags: 0 }],
    ['is taken down', (i) => i.destroy(), p.interfaceDestroy, { iface, flags: 0 }],
    ['is undefined', (i) => i.undefine(), p.interfaceUndefine, { iface }],
  ]);
});
