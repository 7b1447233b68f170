import { describe } from 'vitest';
import { type Connection, procedures as p } from '../../src/index.ts';
import { NodeDevice } from '../../src/node-device/node-device.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const dev = { name: 'pci_0000_00_1f_2' };
const { name } = dev;

describe("a connection, about the host's devices", () => {
  itAsks<Connection>(wire, () => wire.connection, [
    [
      'lists some',
      (c) => c.listAllNodeDevices({ pci: true, mdev: true, active: true }),
      p.connectListAllNodeDevices,
      { needResults: 1, flags: 2 + 16_384 + 2 ** 31 },
      { devices: [dev], ret: 1 },
      [dev],
    ],
    ['counts all', (c) => c.numOfDevices(), p.nodeNumOfDevices, { cap: undefined, flags: 0 }, { num: 40 }, 40],
    [
      'names some',
      (c) => c.listDevices('net'),
      p.nodeListDevices,
      { cap: 'net', maxnames: 65_536, flags: 0 },
      { names: ['net_lo'] },
      ['net_lo'],
    ],
    ['finds one', (c) => c.lookupNodeDeviceByName(name), p.nodeDeviceLookupByName, { name }, { dev }, dev],
    [
      'finds a SCSI adapter',
      (c) => c.lookupSCSIHostByWWN('2000', '2001'),
      p.nodeDeviceLookupScsiHostByWwn,
      { wwnn: '2000', wwpn: '2001', flags: 0 },
      { dev },
      dev,
    ],
    [
      'makes one',
      (c) => c.createNodeDeviceXML('<device/>'),
      p.nodeDeviceCreateXml,
      { xmlDesc: '<device/>', flags: 0 },
      { dev },
      dev,
    ],
    [
      'defines one',
      (c) => c.defineNodeDeviceXML('<device/>', { validate: true }),
      p.nodeDeviceDefineXml,
      { xmlDesc: '<device/>', flags: 1 },
      { dev },
      dev,
    ],
  ]);
});

describe('a device of the host', () => {
  itAsks<NodeDevice>(wire, () => new NodeDevice(wire.connection.raw, dev), [
    [
      'has XML',
      (d) => d.getXMLDesc({ inactive: true }),
      p.nodeDeviceGetXmlDesc,
      { name, flags: 1 },
      { xml: '<device/>' },
      '<device/>',
    ],
    ['hangs on another', (d) => d.getParent(), p.nodeDeviceGetParent, { name }, { parentName: 'computer' }, 'computer'],
    ['or on none', (d) => d.getParent(), p.nodeDeviceGetParent, { name }, { parentName: undefined }],
    [
      'can be many things',
      (d) => d.listCaps(),
      p.nodeDeviceListCaps,
      { name, maxnames: 65_536 },
      { names: ['pci'] },
      ['pci'],
    ],
    ['counts them', (d) => d.numOfCaps(), p.nodeDeviceNumOfCaps, { name }, { num: 1 }, 1],
    ['is started', (d) => d.isActive(), p.nodeDeviceIsActive, { name }, { active: 1 }, true],
    ['persists', (d) => d.isPersistent(), p.nodeDeviceIsPersistent, { name }, { persistent: 0 }, false],
    ['is started with the host', (d) => d.getAutostart(), p.nodeDeviceGetAutostart, { name }, { autostart: 1 }, true],
    ['shall be so', (d) => d.setAutostart(true), p.nodeDeviceSetAutostart, { name, autostart: 1 }],
    ['is started now', (d) => d.create(), p.nodeDeviceCreate, { name, flags: 0 }],
    ['is stopped', (d) => d.destroy(), p.nodeDeviceDestroy, { name }],
    ['is undefined', (d) => d.undefine(), p.nodeDeviceUndefine, { name, flags: 0 }],
    [
      'is changed',
      (d) => d.update('<device/>', { live: true, config: true }),
      p.nodeDeviceUpdate,
      { name, xmlDesc: '<device/>', flags: 3 },
    ],
    ['is taken from its driver', (d) => d.detach(), p.nodeDeviceDettach, { name }],
    [
      'is taken from its driver for another',
      (d) => d.detach({ driver: 'vfio' }),
      p.nodeDeviceDetachFlags,
      { name, driverName: 'vfio', flags: 0 },
    ],
    ['is given back', (d) => d.reAttach(), p.nodeDeviceReAttach, { name }],
    ['is reset', (d) => d.reset(), p.nodeDeviceReset, { name }],
  ]);
});
