import { describe } from 'vitest';
import { DomainCheckpoint } from '../../src/checkpoint/domain-checkpoint.ts';
import { type Domain, procedures as p } from '../../src/index.ts';
import { dom, fakeDomain } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const checkpoint = { name: 'monday', dom };
const told = { name: 'monday', domain: 'web' };

describe('a domain, about checkpoints', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'makes one',
      (d) => d.checkpointCreateXML('<domaincheckpoint/>', { quiesce: true }),
      p.domainCheckpointCreateXml,
      { dom, xmlDesc: '<domaincheckpoint/>', flags: 2 },
      { checkpoint },
      told,
    ],
    [
      'writes one down anew',
      (d) => d.checkpointCreateXML('<domaincheckpoint/>', { redefine: true, redefineValidate: true }),
      p.domainCheckpointCreateXml,
      { dom, xmlDesc: '<domaincheckpoint/>', flags: 5 },
      { checkpoint },
      told,
    ],
    [
      'lists them in their order',
      (d) => d.listAllCheckpoints({ topological: true }),
      p.domainListAllCheckpoints,
      { dom, needResults: 1, flags: 2 },
      { checkpoints: [checkpoint], ret: 1 },
      [told],
    ],
    [
      'finds one',
      (d) => d.checkpointLookupByName('monday'),
      p.domainCheckpointLookupByName,
      { dom, name: 'monday', flags: 0 },
      { checkpoint },
      told,
    ],
  ]);
});

describe('a checkpoint', () => {
  itAsks<DomainCheckpoint>(wire, () => new DomainCheckpoint(wire.connection.raw, checkpoint), [
    [
      'is a reference',
      (c) => Promise.resolve([c.checkpoint, c.dom]),
      p.connectGetType,
      [],
      undefined,
      [checkpoint, dom],
    ],
    [
      'has XML with how much has changed',
      (c) => c.getXMLDesc({ noDomain: true, size: true }),
      p.domainCheckpointGetXmlDesc,
      { checkpoint, flags: 6 },
      { xml: '<c/>' },
      '<c/>',
    ],
    [
      'has a parent',
      (c) => c.getParent(),
      p.domainCheckpointGetParent,
      { checkpoint, flags: 0 },
      { parent: { name: 'sunday', dom } },
      { name: 'sunday', domain: 'web' },
    ],
    [
      'has children',
      (c) => c.listAllChildren({ descendants: true }),
      p.domainCheckpointListAllChildren,
      { checkpoint, needResults: 1, flags: 1 },
      { checkpoints: [checkpoint], ret: 1 },
      [told],
    ],
    [
      'is deleted from the books, or what is below it',
      (c) => c.delete({ childrenOnly: true, metadataOnly: true }),
      p.domainCheckpointDelete,
      { checkpoint, flags: 6 },
    ],
  ]);
});
