import { describe } from 'vitest';
import { type Connection, procedures as p } from '../../src/index.ts';
import { NWFilterBinding } from '../../src/nwfilter/nwfilter-binding.ts';
import { NWFilter } from '../../src/nwfilter/nwfilter.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const nwfilter = { name: 'clean-traffic', uuid: '00000000-0000-4000-8000-00000000000e' };
const binding = { portdev: 'vnet0', filtername: 'clean-traffic' };
const told = { portDev: 'vnet0', filterName: 'clean-traffic' };

describe('a connection, about network filters', () => {
  itAsks<Connection>(wire, () => wire.connection, [
    [
      'lists all',
      (c) => c.listAllNWFilters(),
      p.connectListAllNwfilters,
      { needResults: 1, flags: 0 },
      { filters: [nwfilter], ret: 1 },
      [nwfilter],
    ],
    ['counts them', (c) => c.numOfNWFilters(), p.connectNumOfNwfilters, undefined, { num: 19 }, 19],
    ['names them', (c) => c.listNWFilters(), p.connectListNwfilters, { maxnames: 16_384 }, { names: ['a'] }, ['a']],
    [
      'finds one',
      (c) => c.lookupNWFilterByName('clean-traffic'),
      p.nwfilterLookupByName,
      { name: 'clean-traffic' },
      { nwfilter },
      nwfilter,
    ],
    [
      'finds one by UUID',
      (c) => c.lookupNWFilterByUUID(nwfilter.uuid),
      p.nwfilterLookupByUuid,
      { uuid: nwfilter.uuid },
      { nwfilter },
      nwfilter,
    ],
    ['defines one', (c) => c.defineNWFilterXML('<f/>'), p.nwfilterDefineXml, { xml: '<f/>' }, { nwfilter }, nwfilter],
    [
      'defines one that fits the schema',
      (c) => c.defineNWFilterXML('<f/>', { validate: true }),
      p.nwfilterDefineXmlFlags,
      { xml: '<f/>', flags: 1 },
      { nwfilter },
      nwfilter,
    ],
    [
      'lists bindings',
      (c) => c.listAllNWFilterBindings(),
      p.connectListAllNwfilterBindings,
      { needResults: 1, flags: 0 },
      { bindings: [binding], ret: 1 },
      [told],
    ],
    [
      'finds a binding',
      (c) => c.lookupNWFilterBindingByPortDev('vnet0'),
      p.nwfilterBindingLookupByPortDev,
      { name: 'vnet0' },
      { nwfilter: binding },
      told,
    ],
    [
      'makes a binding',
      (c) => c.createNWFilterBindingXML('<filterbinding/>', { validate: true }),
      p.nwfilterBindingCreateXml,
      { xml: '<filterbinding/>', flags: 1 },
      { nwfilter: binding },
      told,
    ],
  ]);
});

describe('a network filter', () => {
  itAsks<NWFilter>(wire, () => new NWFilter(wire.connection.raw, nwfilter), [
    ['is a reference', (f) => Promise.resolve(f.nwfilter), p.connectGetType, [], undefined, nwfilter],
    ['has XML', (f) => f.getXMLDesc(), p.nwfilterGetXmlDesc, { nwfilter, flags: 0 }, { xml: '<f/>' }, '<f/>'],
    ['is removed', (f) => f.undefine(), p.nwfilterUndefine, { nwfilter }],
  ]);
});

describe('a binding of a network filter', () => {
  itAsks<NWFilterBinding>(wire, () => new NWFilterBinding(wire.connection.raw, binding), [
    ['is a reference', (b) => Promise.resolve(b.binding), p.connectGetType, [], undefined, binding],
    [
      'has XML',
      (b) => b.getXMLDesc(),
      p.nwfilterBindingGetXmlDesc,
      { nwfilter: binding, flags: 0 },
      { xml: '<b/>' },
      '<b/>',
    ],
    ['is removed', (b) => b.delete(), p.nwfilterBindingDelete, { nwfilter: binding }],
  ]);
});
