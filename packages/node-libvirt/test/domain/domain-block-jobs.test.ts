import { describe } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { dom, fakeDomain, parameter, unsigned } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('the block jobs of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    ['a pull', (d) => d.blockPull('vda'), p.domainBlockPull, { dom, path: 'vda', bandwidth: 0, flags: 64 }],
    [
      'a rebase that pulls',
      (d) => d.blockRebase('vda', 'vda[2]', { bandwidthBytesPerSecond: 1000, relative: true }),
      p.domainBlockRebase,
      { dom, path: 'vda', base: 'vda[2]', bandwidth: 1000, flags: 80 },
    ],
    [
      'a rebase that copies',
      (d) => d.blockRebase('vda', '/copy', { copy: true, copyRaw: true, shallow: true, reuseExternal: true }),
      p.domainBlockRebase,
      { dom, path: 'vda', base: '/copy', bandwidth: 0, flags: 64 + 15 },
    ],
    [
      'a copy, with all that it may take',
      (d) =>
        d.blockCopy('vda', '<disk/>', {
          shallow: true,
          transientJob: true,
          synchronousWrites: true,
          bandwidthBytesPerSecond: 5,
          granularityBytes: 65_536,
          bufferBytes: 2 ** 33,
        }),
      p.domainBlockCopy,
      {
        dom,
        path: 'vda',
        destxml: '<disk/>',
        params: [parameter('bandwidth', 5n), unsigned('granularity', 65_536), parameter('buf-size', 2n ** 33n)],
        flags: 13,
      },
    ],
    [
      'a copy',
      (d) => d.blockCopy('vda', '<disk/>'),
      p.domainBlockCopy,
      { dom, path: 'vda', destxml: '<disk/>', params: [], flags: 0 },
    ],
    [
      'a commit of the image in use',
      (d) => d.blockCommit('vda', { active: true, delete: true, bandwidthBytesPerSecond: 7 }),
      p.domainBlockCommit,
      { dom, disk: 'vda', base: undefined, top: undefined, bandwidth: 7, flags: 16 + 6 },
    ],
    [
      'a commit between two images',
      (d) => d.blockCommit('vda', { base: 'vda[3]', top: 'vda[1]', shallow: true, relative: true }),
      p.domainBlockCommit,
      { dom, disk: 'vda', base: 'vda[3]', top: 'vda[1]', bandwidth: 0, flags: 16 + 9 },
    ],
    ['a pivot', (d) => d.blockJobAbort('vda', { pivot: true }), p.domainBlockJobAbort, { dom, path: 'vda', flags: 2 }],
    ['an end', (d) => d.blockJobAbort('vda', { async: true }), p.domainBlockJobAbort, { dom, path: 'vda', flags: 1 }],
    [
      'how one goes',
      (d) => d.getBlockJobInfo('vda'),
      p.domainGetBlockJobInfo,
      { dom, path: 'vda', flags: 1 },
      { found: 1, type: 4, bandwidth: 1000, cur: 5, end: 10 },
      { type: 'active-commit', bandwidthBytesPerSecond: 1000, current: 5, end: 10 },
    ],
    [
      'that there is none',
      (d) => d.getBlockJobInfo('vda'),
      p.domainGetBlockJobInfo,
      { dom, path: 'vda', flags: 1 },
      { found: 0, type: 0, bandwidth: 0, cur: 0, end: 0 },
      undefined,
    ],
    [
      'how fast one may be',
      (d) => d.blockJobSetSpeed('vda', 2 ** 30),
      p.domainBlockJobSetSpeed,
      { dom, path: 'vda', bandwidth: 2 ** 30, flags: 1 },
    ],
    [
      'a backup with a checkpoint',
      (d) => d.backupBegin('<domainbackup/>', { checkpointXml: '<domaincheckpoint/>', reuseExternal: true }),
      p.domainBackupBegin,
      { dom, backupXml: '<domainbackup/>', checkpointXml: '<domaincheckpoint/>', flags: 1 },
    ],
    [
      'the XML of a backup',
      (d) => d.backupGetXMLDesc(),
      p.domainBackupGetXmlDesc,
      { dom, flags: 0 },
      { xml: '<domainbackup/>' },
      '<domainbackup/>',
    ],
  ]);
});
