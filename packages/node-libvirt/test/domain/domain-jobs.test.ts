import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain, parameter } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const numbers = {
  timeElapsed: 1,
  timeRemaining: 2,
  dataTotal: 3,
  dataProcessed: 4,
  dataRemaining: 5,
  memTotal: 6,
  memProcessed: 7,
  memRemaining: 8,
  fileTotal: 9,
  fileProcessed: 10,
  fileRemaining: 11,
};

describe('the job of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'how far it is',
      (d) => d.getJobInfo(),
      p.domainGetJobInfo,
      { dom },
      { type: 1, ...numbers },
      {
        type: 'bounded',
        timeElapsedMs: 1,
        timeRemainingMs: 2,
        dataTotalBytes: 3,
        dataProcessedBytes: 4,
        dataRemainingBytes: 5,
        memoryTotalBytes: 6,
        memoryProcessedBytes: 7,
        memoryRemainingBytes: 8,
        fileTotalBytes: 9,
        fileProcessedBytes: 10,
        fileRemainingBytes: 11,
      },
    ],
    [
      'how it goes, in all detail',
      (d) => d.getJobStats(),
      p.domainGetJobStats,
      { dom, flags: 0 },
      {
        type: 2,
        params: [
          parameter('operation', 5),
          parameter('memory_bps', 2n ** 30n),
          parameter('auto_converge_throttle', 20),
          parameter('brand_new', 1n),
        ],
      },
      {
        type: 'unbounded',
        operation: 'migration-out',
        memoryBytesPerSecond: 2 ** 30,
        autoConvergeThrottle: 0.2,
        parameters: { operation: 5, memory_bps: 2 ** 30, auto_converge_throttle: 20, brand_new: 1 },
      },
    ],
    [
      'how the last one went',
      (d) => d.getJobStats({ completed: true, keepCompleted: true }),
      p.domainGetJobStats,
      { dom, flags: 3 },
      { type: 3, params: [parameter('success', false), parameter('errmsg', 'disk full'), parameter('operation', 77)] },
      {
        type: 'completed',
        success: false,
        errorMessage: 'disk full',
        operation: 'unknown',
        parameters: { success: false, errmsg: 'disk full', operation: 77 },
      },
    ],
    ['is aborted', (d) => d.abortJob(), p.domainAbortJob, { dom }],
    ['is aborted in post-copy', (d) => d.abortJob({ postcopy: true }), p.domainAbortJobFlags, { dom, flags: 1 }],
    [
      'how long the guest may stand still',
      (d) => d.migrateGetMaxDowntime(),
      p.domainMigrateGetMaxDowntime,
      { dom, flags: 0 },
      { downtime: 300 },
      300,
    ],
    [
      'the guest may stand still for so long',
      (d) => d.migrateSetMaxDowntime(500),
      p.domainMigrateSetMaxDowntime,
      { dom, downtime: 500, flags: 0 },
    ],
    [
      'how fast it may send, in bytes',
      (d) => d.migrateGetMaxSpeed({ postcopy: true }),
      p.domainMigrateGetMaxSpeed,
      { dom, flags: 1 },
      { bandwidth: 32 },
      33_554_432,
    ],
    [
      'it may send so fast, rounded up to MiB',
      (d) => d.migrateSetMaxSpeed(1_048_577),
      p.domainMigrateSetMaxSpeed,
      { dom, bandwidth: 2, flags: 0 },
    ],
    [
      'its cache',
      (d) => d.migrateGetCompressionCache(),
      p.domainMigrateGetCompressionCache,
      { dom, flags: 0 },
      { cacheSize: 67_108_864 },
      67_108_864,
    ],
    [
      'its cache is set',
      (d) => d.migrateSetCompressionCache(4096),
      p.domainMigrateSetCompressionCache,
      { dom, cacheSize: 4096, flags: 0 },
    ],
    ['it switches over', (d) => d.migrateStartPostCopy(), p.domainMigrateStartPostCopy, { dom, flags: 0 }],
  ]);

  it('has a speed that is a number', async () => {
    expect(await caught(fakeDomain(wire).migrateSetMaxSpeed(-5))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
  });
});
