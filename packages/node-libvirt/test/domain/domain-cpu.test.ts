import { describe, expect, it } from 'vitest';
import { type Domain, procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { dom, fakeDomain, parameter } from '../support/fake-domain.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const askedForCount = { needMap: 0, needOnline: 0, flags: 0 };

/** A host with ten CPUs: a map of it has two bytes. */
function tenCpus(): void {
  wire.answer(p.nodeGetCpuMap, { cpumap: new Uint8Array(), online: 0, ret: 10 });
}

describe('the CPUs of a domain', () => {
  itAsks<Domain>(wire, () => fakeDomain(wire), [
    ['the most', (d) => d.getMaxVcpus(), p.domainGetMaxVcpus, { dom }, { num: 16 }, 16],
    [
      'how many it may have',
      (d) => d.getVcpusFlags({ maximum: true, config: true }),
      p.domainGetVcpusFlags,
      { dom, flags: 6 },
      { num: 8 },
      8,
    ],
    [
      'are set',
      (d) => d.setVcpus(4, { live: true, guest: true, hotpluggable: true }),
      p.domainSetVcpusFlags,
      { dom, nvcpus: 4, flags: 25 },
    ],
    [
      'are plugged in by number',
      (d) => d.setVcpu([3, 1, 2, 7], true, { live: true }),
      p.domainSetVcpu,
      { dom, cpumap: '1-3,7', state: 1, flags: 1 },
    ],
    ['are pinned', (d) => d.pinVcpu(0, [1, 9]), p.domainPinVcpu, { dom, vcpu: 0, cpumap: Uint8Array.of(2, 2) }],
    [
      'are pinned in the definition',
      (d) => d.pinVcpu(1, [0], { config: true }),
      p.domainPinVcpuFlags,
      { dom, vcpu: 1, cpumap: Uint8Array.of(1), flags: 2 },
    ],
    [
      "the emulator's threads are pinned",
      (d) => d.pinEmulator([0, 1], { live: true }),
      p.domainPinEmulator,
      { dom, cpumap: Uint8Array.of(3), flags: 1 },
    ],
    [
      'the time that they used together',
      (d) => d.getCPUStats(),
      p.domainGetCpuStats,
      { dom, nparams: 16, startCpu: -1, ncpus: 1, flags: 4 },
      { params: [parameter('cpu_time', 2n ** 60n), parameter('user_time', 5n), parameter('new', 1n)], nparams: 3 },
      {
        cpuTimeNs: 2 ** 60,
        userTimeNs: 5,
        parameters: { cpu_time: 2n ** 60n, user_time: 5, new: 1 },
      },
    ],
    [
      "the guest's",
      (d) => d.getGuestVcpus(),
      p.domainGetGuestVcpus,
      { dom, flags: 0 },
      { params: [parameter('vcpus', '0-3'), parameter('online', '0-2,^1'), parameter('offlinable', '1-3')] },
      {
        vcpus: [0, 1, 2, 3],
        online: [0, 2],
        offlinable: [1, 2, 3],
        parameters: { vcpus: '0-3', online: '0-2,^1', offlinable: '1-3' },
      },
    ],
    [
      "the guest's are taken offline",
      (d) => d.setGuestVcpus([1], false),
      p.domainSetGuestVcpus,
      { dom, cpumap: '1', state: 0, flags: 0 },
    ],
  ]);

  it('tell what each does, where, and where it may be', async () => {
    tenCpus();
    wire.answer(p.domainGetInfo, { state: 1, maxMem: 0, memory: 0, nrVirtCpu: 2, cpuTime: 0n });
    wire.answer(p.domainGetVcpus, {
      info: [
        { number: 0, state: 1, cpuTime: 9n, cpu: 3 },
        { number: 1, state: 7, cpuTime: 0n, cpu: -1 },
      ],
      cpumaps: Uint8Array.of(0xff, 0x03, 0x08, 0),
    });
    expect(await fakeDomain(wire).getVcpus()).toEqual([
      { number: 0, state: 'running', cpuTimeNs: 9, hostCpu: 3, affinity: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      { number: 1, state: 'unknown', cpuTimeNs: 0, affinity: [3] },
    ]);
    expect(wire.asked).toEqual([askedForCount, { dom }, { dom, maxinfo: 2, maplen: 2 }]);
  });

  it('tell where each may be, also when the domain is off', async () => {
    tenCpus();
    wire.answer(p.domainGetVcpusFlags, { num: 3 });
    wire.answer(p.domainGetVcpuPinInfo, { cpumaps: Uint8Array.of(1, 0, 2, 0), num: 2 });
    expect(await fakeDomain(wire).getVcpuPinInfo({ config: true })).toEqual([[0], [1]]);
    expect(wire.asked.at(-1)).toEqual({ dom, ncpumaps: 3, maplen: 2, flags: 2 });
    wire.answer(p.domainGetEmulatorPinInfo, { cpumaps: Uint8Array.of(0, 2), ret: 1 });
    expect(await fakeDomain(wire).getEmulatorPinInfo({ live: true })).toEqual([9]);
    expect(wire.asked.at(-1)).toEqual({ dom, maplen: 2, flags: 1 });
  });

  it('tell the time on each CPU of a host with more than the protocol tells at once', async () => {
    wire.server.on(p.domainGetCpuStats, ({ args }) => {
      wire.asked.push(args);
      const { startCpu, ncpus, nparams } = args;
      if (nparams === 0) return { params: [], nparams: 130 };
      const params = Array.from({ length: ncpus }, (_, index) => parameter('cpu_time', BigInt(startCpu + index)));
      return { params, nparams: 1 };
    });
    const stats = await fakeDomain(wire).getPerCPUStats();
    expect(stats.map(({ cpuTimeNs }) => cpuTimeNs)).toEqual(Array.from({ length: 130 }, (_, cpu) => cpu));
    expect(wire.asked.map((args) => (args as { startCpu: number; ncpus: number }).ncpus)).toEqual([0, 128, 2]);
  });

  it('tell nothing for a daemon that counts CPUs and has no numbers', async () => {
    wire.answer(p.domainGetCpuStats, { params: [], nparams: 0 });
    expect(await fakeDomain(wire).getPerCPUStats()).toEqual([]);
  });

  it('are not pinned to what is no CPU', async () => {
    for (const cpus of [[-1], [0.5], [16_384], [Number.NaN]]) {
      expect(await caught(fakeDomain(wire).pinVcpu(0, cpus))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
      expect(await caught(fakeDomain(wire).setVcpu(cpus, true))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    }
  });
});
