import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain, parameter } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const unlimited = 9_007_199_254_740_991n;

describe('the memory of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    ['the most, in bytes', (d) => d.getMaxMemory(), p.domainGetMaxMemory, { dom }, { memory: 2048 }, 2_097_152],
    [
      'the most is set',
      (d) => d.setMaxMemory(2 ** 30, { config: true }),
      p.domainSetMemoryFlags,
      { dom, memory: 2 ** 20, flags: 6 },
    ],
    [
      'is set, rounded up to KiB',
      (d) => d.setMemory(1025, { live: true }),
      p.domainSetMemoryFlags,
      { dom, memory: 2, flags: 1 },
    ],
    [
      'is told every 5 seconds',
      (d) => d.setMemoryStatsPeriod(5, { live: true, config: true }),
      p.domainSetMemoryStatsPeriod,
      { dom, period: 5, flags: 3 },
    ],
    [
      'has statistics in bytes; tags that are newer than this package are kept',
      (d) => d.memoryStats(),
      p.domainMemoryStats,
      { dom, maxStats: 1024, flags: 0 },
      {
        stats: [
          { tag: 6, val: 1024n },
          { tag: 2, val: 7n },
          { tag: 9, val: 1_700_000_000n },
          { tag: 77, val: 2n ** 63n },
        ],
      },
      { actualBytes: 1_048_576, majorFaults: 7, lastUpdateMs: 1_700_000_000_000, unknown: { 77: 2n ** 63n } },
    ],
    [
      'has statistics of a guest that never told any',
      (d) => d.memoryStats(),
      p.domainMemoryStats,
      { dom, maxStats: 1024, flags: 0 },
      { stats: [{ tag: 9, val: 0n }] },
      { unknown: {} },
    ],
    [
      'has limits, or none',
      (d) => d.getMemoryParameters({ config: true }),
      p.domainGetMemoryParameters,
      { dom, nparams: 16, flags: 6 },
      { params: [parameter('hard_limit', unlimited), parameter('soft_limit', 1024n)], nparams: 2 },
      {
        hardLimitBytes: Infinity,
        softLimitBytes: 1_048_576,
        parameters: { hard_limit: Number(unlimited), soft_limit: 1024 },
      },
    ],
    [
      'gets limits, or none',
      (d) => d.setMemoryParameters({ hardLimitBytes: Infinity, swapHardLimitBytes: 4096, softLimitBytes: undefined }),
      p.domainSetMemoryParameters,
      { dom, params: [parameter('hard_limit', unlimited), parameter('swap_hard_limit', 4n)], flags: 0 },
    ],
    [
      'comes from NUMA nodes',
      (d) => d.getNumaParameters(),
      p.domainGetNumaParameters,
      { dom, nparams: 16, flags: 4 },
      { params: [parameter('numa_nodeset', '0-1,4'), parameter('numa_mode', 2)], nparams: 2 },
      { nodes: [0, 1, 4], mode: 'interleave', parameters: { numa_nodeset: '0-1,4', numa_mode: 2 } },
    ],
    [
      'shall come from NUMA nodes',
      (d) => d.setNumaParameters({ nodes: [1, 0], mode: 'strict' }, { live: true }),
      p.domainSetNumaParameters,
      { dom, params: [parameter('numa_nodeset', '0-1'), parameter('numa_mode', 0)], flags: 1 },
    ],
    [
      'is peeked at',
      (d) => d.memoryPeek(4096, 2, { kind: 'physical' }),
      p.domainMemoryPeek,
      { dom, offset: 4096, size: 2, flags: 2 },
      { buffer: Uint8Array.of(1, 255) },
      [1, 255],
    ],
    [
      'is watched for what is written to it',
      (d) => d.startDirtyRateCalc(1, { mode: 'dirty-ring' }),
      p.domainStartDirtyRateCalc,
      { dom, seconds: 1, flags: 2 },
    ],
  ]);

  it('is a number of bytes', async () => {
    for (const bytes of [-1, Number.NaN, Infinity]) {
      const error = await caught(fakeDomain(wire).setMemory(bytes));
      expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
      expect(error.message).toContain(String(bytes));
    }
    const wrong = fakeDomain(wire).setMemoryParameters({ hardLimitBytes: '1 GiB' as unknown as number });
    expect((await caught(wrong)).message).toBe('the parameter hard_limit takes a value of type ullong, not a string');
    const mode = fakeDomain(wire).setNumaParameters({ mode: 'unknown' });
    expect(await caught(mode)).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
  });
});
