import { describe } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { dom, fakeDomain, long, parameter, unsigned } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();

describe('how much of the host a domain gets', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    [
      'the scheduler',
      (d) => d.getSchedulerType(),
      p.domainGetSchedulerType,
      { dom },
      { type: 'posix', nparams: 9 },
      { type: 'posix', parameterCount: 9 },
    ],
    [
      'CPU time now',
      (d) => d.getSchedulerParameters(),
      p.domainGetSchedulerParameters,
      { dom, nparams: 16 },
      { params: [parameter('cpu_shares', 1024n), long('vcpu_quota', -1n), parameter('novel', true)] },
      { cpuShares: 1024, vcpuQuotaUs: -1, parameters: { cpu_shares: 1024, vcpu_quota: -1, novel: true } },
    ],
    [
      'CPU time in the definition',
      (d) => d.getSchedulerParameters({ config: true }),
      p.domainGetSchedulerParametersFlags,
      { dom, nparams: 16, flags: 2 },
      { params: [] },
      { parameters: {} },
    ],
    [
      'CPU time is set',
      (d) => d.setSchedulerParameters({ cpuShares: 2048, vcpuQuotaUs: -1, weight: 7 }, { live: true }),
      p.domainSetSchedulerParametersFlags,
      { dom, params: [parameter('cpu_shares', 2048n), long('vcpu_quota', -1n), unsigned('weight', 7)], flags: 1 },
    ],
    [
      'block devices, one by one',
      (d) => d.getBlkioParameters(),
      p.domainGetBlkioParameters,
      { dom, nparams: 16, flags: 4 },
      {
        params: [unsigned('weight', 500), parameter('device_weight', '/dev/sda,100,/dev/disk/by-id/x,7')],
        nparams: 2,
      },
      {
        weight: 500,
        deviceWeight: { '/dev/sda': 100, '/dev/disk/by-id/x': 7 },
        parameters: { weight: 500, device_weight: '/dev/sda,100,/dev/disk/by-id/x,7' },
      },
    ],
    [
      'block devices are limited',
      (d) => d.setBlkioParameters({ deviceReadBytesPerSecond: { '/dev/sda': 1000, '/dev/sdb': 0 } }, { config: true }),
      p.domainSetBlkioParameters,
      { dom, params: [parameter('device_read_bytes_sec', '/dev/sda,1000,/dev/sdb,0')], flags: 2 },
    ],
    [
      'an interface: rates in thousands of bytes, bursts in KiB',
      (d) => d.getInterfaceParameters('vnet0'),
      p.domainGetInterfaceParameters,
      { dom, device: 'vnet0', nparams: 16, flags: 4 },
      { params: [unsigned('inbound.average', 128), unsigned('outbound.burst', 2)], nparams: 2 },
      {
        inboundAverageBytesPerSecond: 128_000,
        outboundBurstBytes: 2048,
        parameters: { 'inbound.average': 128, 'outbound.burst': 2 },
      },
    ],
    [
      'an interface is limited, rounded up',
      (d) => d.setInterfaceParameters('vnet0', { inboundPeakBytesPerSecond: 1001, inboundBurstBytes: 1024 }),
      p.domainSetInterfaceParameters,
      { dom, device: 'vnet0', params: [unsigned('inbound.peak', 2), unsigned('inbound.burst', 1)], flags: 0 },
    ],
    [
      'events that are counted',
      (d) => d.getPerfEvents({ live: true }),
      p.domainGetPerfEvents,
      { dom, flags: 1 },
      { params: [parameter('cmt', true), parameter('cpu_cycles', false)] },
      { cmt: true, cpu_cycles: false },
    ],
    [
      'events are counted',
      (d) => d.setPerfEvents({ cmt: true, mbmt: false }),
      p.domainSetPerfEvents,
      { dom, params: [parameter('cmt', true), parameter('mbmt', false)], flags: 0 },
    ],
    [
      'I/O threads',
      (d) => d.getIOThreadInfo({ config: true }),
      p.domainGetIothreadInfo,
      { dom, flags: 2 },
      { info: [{ iothreadId: 3, cpumap: Uint8Array.of(5) }], ret: 1 },
      [{ id: 3, affinity: [0, 2] }],
    ],
    [
      'an I/O thread is pinned',
      (d) => d.pinIOThread(3, [1]),
      p.domainPinIothread,
      { dom, iothreadsId: 3, cpumap: Uint8Array.of(2), flags: 0 },
    ],
    ['an I/O thread is added', (d) => d.addIOThread(4), p.domainAddIothread, { dom, iothreadId: 4, flags: 0 }],
    [
      'an I/O thread is removed',
      (d) => d.delIOThread(4, { live: true, config: true }),
      p.domainDelIothread,
      { dom, iothreadId: 4, flags: 3 },
    ],
    [
      'an I/O thread is tuned',
      (d) => d.setIOThreadParams(4, { pollMaxNs: 32_768, pollGrow: 2, threadPoolMin: -1 }),
      p.domainSetIothreadParams,
      {
        dom,
        iothreadId: 4,
        params: [parameter('poll_max_ns', 32_768n), unsigned('poll_grow', 2), parameter('thread_pool_min', -1)],
        flags: 0,
      },
    ],
  ]);
});
