import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { DomainSnapshot } from '../../src/snapshot/domain-snapshot.ts';
import { dom, fakeDomain } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const snap = { name: 'monday', dom };
const told = { name: 'monday', domain: 'web' };

describe('a domain, about snapshots', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'makes one',
      (d) => d.snapshotCreateXML('<domainsnapshot/>', { diskOnly: true, atomic: true, quiesce: true }),
      p.domainSnapshotCreateXml,
      { dom, xmlDesc: '<domainsnapshot/>', flags: 16 + 128 + 64 },
      { snap },
      told,
    ],
    [
      'lists some',
      (d) => d.listAllSnapshots({ roots: true, external: true }),
      p.domainListAllSnapshots,
      { dom, needResults: 1, flags: 513 },
      { snapshots: [snap], ret: 1 },
      [told],
    ],
    ['counts them', (d) => d.snapshotNum(), p.domainSnapshotNum, { dom, flags: 0 }, { num: 2 }, 2],
    [
      'names them',
      (d) => d.snapshotListNames({ leaves: true }),
      p.domainSnapshotListNames,
      { dom, maxnames: 16_384, flags: 4 },
      { names: ['monday'] },
      ['monday'],
    ],
    [
      'finds one',
      (d) => d.snapshotLookupByName('monday'),
      p.domainSnapshotLookupByName,
      { dom, name: 'monday', flags: 0 },
      { snap },
      told,
    ],
    [
      'has a current one',
      (d) => d.hasCurrentSnapshot(),
      p.domainHasCurrentSnapshot,
      { dom, flags: 0 },
      { result: 1 },
      true,
    ],
    ['tells the current one', (d) => d.snapshotCurrent(), p.domainSnapshotCurrent, { dom, flags: 0 }, { snap }, told],
  ]);

  it('tells them as trees', async () => {
    const at = (name: string): { name: string; dom: typeof dom } => ({ name, dom });
    const children: Record<string, readonly string[]> = { a: ['b', 'c'], b: ['d'] };
    wire.answer(p.domainListAllSnapshots, { snapshots: [at('a'), at('e')], ret: 2 });
    wire.server.on(p.domainSnapshotListAllChildren, ({ args }) => {
      const snapshots = (children[args.snapshot.name] ?? []).map((name) => at(name));
      return { snapshots, ret: snapshots.length };
    });
    const trees = JSON.parse(
      JSON.stringify(await fakeDomain(wire).listSnapshotTrees(), (key, value: { name: string }) =>
        key === 'snapshot' ? value.name : value,
      ),
    ) as unknown;
    expect(trees).toEqual([
      {
        snapshot: 'a',
        children: [
          { snapshot: 'b', children: [{ snapshot: 'd', children: [] }] },
          { snapshot: 'c', children: [] },
        ],
      },
      { snapshot: 'e', children: [] },
    ]);
    expect(wire.asked).toEqual([{ dom, needResults: 1, flags: 1 }]);
  });
});

describe('a snapshot', () => {
  itAsks<DomainSnapshot>(wire, () => new DomainSnapshot(wire.connection.raw, snap), [
    ['is a reference', (s) => Promise.resolve([s.snap, s.dom]), p.connectGetType, [], undefined, [snap, dom]],
    [
      'has XML',
      (s) => s.getXMLDesc({ secure: true }),
      p.domainSnapshotGetXmlDesc,
      { snap, flags: 1 },
      { xml: '<s/>' },
      '<s/>',
    ],
    [
      'has a parent',
      (s) => s.getParent(),
      p.domainSnapshotGetParent,
      { snap, flags: 0 },
      { snap: { name: 'sunday', dom } },
      { name: 'sunday', domain: 'web' },
    ],
    [
      'has all below it',
      (s) => s.listAllChildren({ descendants: true, topological: true }),
      p.domainSnapshotListAllChildren,
      { snapshot: snap, needResults: 1, flags: 1025 },
      { snapshots: [snap], ret: 1 },
      [told],
    ],
    ['counts its children', (s) => s.numChildren(), p.domainSnapshotNumChildren, { snap, flags: 0 }, { num: 3 }, 3],
    [
      'names its children',
      (s) => s.listChildrenNames({ noLeaves: true }),
      p.domainSnapshotListChildrenNames,
      { snap, maxnames: 16_384, flags: 8 },
      { names: [] },
      [],
    ],
    ['is current', (s) => s.isCurrent(), p.domainSnapshotIsCurrent, { snap, flags: 0 }, { current: 1 }, true],
    ['is in the books', (s) => s.hasMetadata(), p.domainSnapshotHasMetadata, { snap, flags: 0 }, { metadata: 1 }, true],
    [
      'is gone back to',
      (s) => s.revert({ running: true, force: true, resetNvram: true }),
      p.domainRevertToSnapshot,
      { snap, flags: 13 },
    ],
    [
      'is deleted from the books with all below it',
      (s) => s.delete({ children: true, metadataOnly: true }),
      p.domainSnapshotDelete,
      { snap, flags: 3 },
    ],
  ]);
});
