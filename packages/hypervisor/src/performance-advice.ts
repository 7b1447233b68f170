import { osPreset } from './os-presets.ts';
import type { VmSpec } from './spec/definition/vm-spec.ts';
import type { HostInfo } from './spec/hypervisor.ts';

/** Something that would make a machine faster. */
export interface Advice {
  /** Where in the specification: `disks[0].bus`. */
  readonly path: string;
  /** What to do: `use virtio`. */
  readonly advice: string;
  /** Why, and what it costs. */
  readonly reason: string;
  /** How much it matters: `high` changes the order of magnitude, `low` some per cent. */
  readonly impact: 'high' | 'medium' | 'low';
}

const gibibyte = 1024 ** 3;
const largeMemoryBytes = 8 * gibibyte;

/**
 * What would make a machine faster, with reasons; the most important first. Nothing is changed.
 *
 * Sources: <https://www.qemu.org/docs/master/system/qemu-block-drivers.html>,
 * <https://libvirt.org/kbase/kvm-realtime.html>, <https://www.linux-kvm.org/page/Tuning_KVM>.
 *
 * @param spec - The machine.
 * @param host - Where it shall run, as `host.info` tells; without it only the machine itself is looked at.
 *
 * @example
 * ```ts
 * import { performanceAdvice } from '@novacron/hypervisor';
 *
 * const spec = { name: 'db', os: 'debian12', disks: [{ source: '/db.qcow2', bus: 'sata' }] } as const;
 * performanceAdvice(spec).map(({ path, advice }) => `${path}: ${advice}`) // => ['disks[0].bus: use virtio', "disks[0].cache: use 'none' with io 'native'"]
 * ```
 */
export function performanceAdvice(spec: VmSpec, host?: HostInfo): readonly Advice[] {
  const found = [
    ...acceleratorAdvice(host),
    ...cpuAdvice(spec, host),
    ...memoryAdvice(spec, host),
    ...diskAdvice(spec),
    ...networkAdvice(spec),
  ];
  const order = { high: 0, medium: 1, low: 2 };
  return found.toSorted((a, b) => order[a.impact] - order[b.impact]);
}

function acceleratorAdvice(host: HostInfo | undefined): readonly Advice[] {
  if (host?.accelerators === undefined || host.accelerators.includes('kvm')) return [];
  return [
    {
      path: '',
      advice: 'run it on a host with KVM',
      reason:
        'the host emulates the processor in software, which is ten to fifty times slower; see that /dev/kvm is there',
      impact: 'high',
    },
  ];
}

function cpuAdvice({ vcpus = 1, cpu = {} }: VmSpec, host: HostInfo | undefined): readonly Advice[] {
  const advice: Advice[] = [];
  const { model } = cpu;
  if (model !== undefined && !['host-model', 'host-passthrough', 'maximum'].includes(model))
    advice.push({
      path: 'cpu.model',
      advice: "use 'host-model', or 'host-passthrough' where it never moves",
      reason: `${model} may lack what the host's processor can (AES, AVX), which slows encryption and arithmetic`,
      impact: 'medium',
    });
  if (host === undefined) return advice;
  if (vcpus > host.cpus)
    advice.push({
      path: 'vcpus',
      advice: `use at most ${host.cpus}`,
      reason: `its CPUs share the host's ${host.cpus} threads: a guest waits in its locks for CPUs that do not run`,
      impact: 'high',
    });
  const nodes = host.numaNodes ?? [];
  const perNode = Math.max(...nodes.map(({ cpus }) => cpus.length), 0);
  if (nodes.length > 1 && vcpus > 1 && vcpus <= perNode && (cpu.pinning ?? []).length === 0)
    advice.push({
      path: 'cpu.pinning',
      advice: 'pin its CPUs to the threads of one NUMA node',
      reason: `the host has ${nodes.length} nodes; memory of another node is slower by a third or more`,
      impact: 'medium',
    });
  if (nodes.length > 1 && vcpus > perNode && cpu.numa === undefined)
    advice.push({
      path: 'cpu.numa',
      advice: `give it ${nodes.length} NUMA nodes, each on one of the host's`,
      reason: 'it is wider than a node of the host: a guest that does not know puts memory on the wrong side',
      impact: 'medium',
    });
  return advice;
}

function memoryAdvice({ memoryBytes = gibibyte, memory = {} }: VmSpec, host: HostInfo | undefined): readonly Advice[] {
  const advice: Advice[] = [];
  const huge = (host?.numaNodes ?? []).flatMap(({ hugePages }) => hugePages).filter(({ count }) => count > 0);
  const roomy = huge.some(({ sizeBytes, count }) => sizeBytes * count >= memoryBytes);
  if (memory.hugepages === undefined && (roomy || memoryBytes >= largeMemoryBytes))
    advice.push({
      path: 'memory.hugepages',
      advice: roomy ? 'use the huge pages that the host has' : 'set huge pages aside on the host, and use them',
      reason:
        'fewer misses in the translation of addresses, up to a tenth faster; that memory is not shared or swapped',
      impact: memoryBytes >= largeMemoryBytes ? 'medium' : 'low',
    });
  if (host?.freeMemoryBytes !== undefined && memoryBytes > host.freeMemoryBytes)
    advice.push({
      path: 'memoryBytes',
      advice: 'use less, or another host',
      reason: `the host has ${host.freeMemoryBytes} bytes free: it would swap, which stops a guest for seconds`,
      impact: 'high',
    });
  return advice;
}

function diskAdvice({ disks = [], os }: VmSpec): readonly Advice[] {
  return disks.flatMap(({ bus, device, cache, format = 'qcow2', io, create, discard }, index) => {
    if (device === 'cdrom') return [];
    const advice: Advice[] = [];
    const used = bus ?? osPreset(os)?.diskBus ?? 'virtio';
    if (used === 'sata' || used === 'usb')
      advice.push({
        path: `disks[${index}].bus`,
        advice: 'use virtio',
        reason: `${used} is emulated register by register and has one queue; virtio brings several times the requests a second. Windows needs the driver first`,
        impact: 'high',
      });
    if (cache === 'writethrough' || cache === 'directsync')
      advice.push({
        path: `disks[${index}].cache`,
        advice: "use 'none' with io 'native'",
        reason: `${cache} makes every write wait for the disk; with 'none' a guest's own flushes keep its data as safe`,
        impact: 'high',
      });
    else if (cache === 'unsafe')
      advice.push({
        path: `disks[${index}].cache`,
        advice: "keep 'unsafe' for data that may be lost",
        reason: 'it is fast because it ignores flushes: a power cut of the host can destroy the file system',
        impact: 'high',
      });
    else if (cache === undefined)
      advice.push({
        path: `disks[${index}].cache`,
        advice: "use 'none' with io 'native'",
        reason: "data is not kept twice, in the host's memory and the guest's; and the machine can move live",
        impact: 'medium',
      });
    if (cache === 'none' && io === undefined)
      advice.push({
        path: `disks[${index}].io`,
        advice: "use 'native' or 'io_uring'",
        reason:
          'without a cache of the host, requests can go to the kernel directly instead of through a pool of threads',
        impact: 'low',
      });
    if (format === 'qcow2' && create?.backing !== undefined)
      advice.push({
        path: `disks[${index}].create.backing`,
        advice: 'copy the image instead, where writing must be fast',
        reason: 'the first write to each part of a linked disk copies it, and every read may look in two files',
        impact: 'low',
      });
    if (discard === 'ignore')
      advice.push({
        path: `disks[${index}].discard`,
        advice: "use 'unmap'",
        reason: 'what the guest deletes takes room on the host for ever otherwise',
        impact: 'low',
      });
    return advice;
  });
}

function networkAdvice({ networks = [] }: VmSpec): readonly Advice[] {
  return networks.flatMap(({ model }, index) =>
    model === undefined || model === 'virtio'
      ? []
      : [
          {
            path: `networks[${index}].model`,
            advice: 'use virtio',
            reason: `${model} is emulated packet by packet; virtio shares memory with the host, several times faster`,
            impact: 'high' as const,
          },
        ],
  );
}
