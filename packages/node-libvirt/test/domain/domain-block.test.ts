import { describe } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { dom, fakeDomain, long, parameter } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('the disks of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'what one read and wrote; -1 is not known',
      (d) => d.blockStats('vda'),
      p.domainBlockStats,
      { dom, path: 'vda' },
      { rdReq: 1n, rdBytes: 512n, wrReq: 2n, wrBytes: 1024n, errs: -1n },
      { readRequests: 1, readBytes: 512, writeRequests: 2, writeBytes: 1024 },
    ],
    [
      'what one read and wrote, and how long that took',
      (d) => d.blockStatsFlags('vda'),
      p.domainBlockStatsFlags,
      { dom, path: 'vda', nparams: 16, flags: 4 },
      { params: [long('rd_bytes', 512n), long('flush_total_times', 9n), long('odd', 1n)], nparams: 3 },
      { readBytes: 512, flushTimeNs: 9, parameters: { rd_bytes: 512, flush_total_times: 9, odd: 1 } },
    ],
    [
      'the size of one',
      (d) => d.getBlockInfo('vda'),
      p.domainGetBlockInfo,
      { dom, path: 'vda', flags: 0 },
      { allocation: 1, capacity: 2, physical: 3 },
      { capacityBytes: 2, allocationBytes: 1, physicalBytes: 3 },
    ],
    [
      'what stands in one',
      (d) => d.blockPeek('vda', 512, 3),
      p.domainBlockPeek,
      { dom, path: 'vda', offset: 512, size: 3, flags: 0 },
      { buffer: Uint8Array.of(7, 8, 9) },
      [7, 8, 9],
    ],
    [
      'one is resized, in bytes',
      (d) => d.blockResize('vda', 2 ** 40),
      p.domainBlockResize,
      { dom, disk: 'vda', size: 2 ** 40, flags: 1 },
    ],
    [
      'one takes all of its device',
      (d) => d.blockResize('vda', 0, { capacity: true }),
      p.domainBlockResize,
      { dom, disk: 'vda', size: 0, flags: 3 },
    ],
    [
      'how fast one may be',
      (d) => d.getBlockIoTune('vda', { live: true }),
      p.domainGetBlockIoTune,
      { dom, disk: 'vda', nparams: 32, flags: 5 },
      { params: [parameter('total_iops_sec', 100n), parameter('group_name', 'slow')], nparams: 2 },
      { totalRequestsPerSecond: 100, groupName: 'slow', parameters: { total_iops_sec: 100, group_name: 'slow' } },
    ],
    [
      'one is made slower',
      (d) => d.setBlockIoTune('vda', { readBytesPerSecond: 5, readBytesMaxSeconds: 10 }, { config: true }),
      p.domainSetBlockIoTune,
      {
        dom,
        disk: 'vda',
        params: [parameter('read_bytes_sec', 5n), parameter('read_bytes_sec_max_length', 10n)],
        flags: 2,
      },
    ],
    [
      'a group of limits',
      (d) => d.setThrottleGroup('slow', { totalRequestsPerSecond: 10 }),
      p.domainSetThrottleGroup,
      { dom, group: 'slow', params: [parameter('total_iops_sec', 10n)], flags: 0 },
    ],
    [
      'a group of limits goes',
      (d) => d.delThrottleGroup('slow', { config: true }),
      p.domainDelThrottleGroup,
      { dom, group: 'slow', flags: 2 },
    ],
    [
      'a threshold',
      (d) => d.setBlockThreshold('vda[1]', 4096),
      p.domainSetBlockThreshold,
      { dom, dev: 'vda[1]', threshold: 4096, flags: 0 },
    ],
  ]);
});
