import type { DomainXML } from 'node-libvirt/xml';
import type { CpuSpec } from '../../spec/definition/cpu-spec.ts';
import type { MemorySpec } from '../../spec/definition/memory-spec.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';

/** Everything of CPUs and memory in libvirt's object of a domain. */
type CpuAndMemory = Pick<
  DomainXML,
  'maxMemory' | 'memory' | 'currentMemory' | 'memoryBacking' | 'vcpu' | 'iothreads' | 'numatune' | 'cputune' | 'cpu'
>;

/** How long a period of a CPU's limit is, in microseconds. */
const periodUs = 100_000;

const kibibytes = (bytes: number): { readonly unit: 'KiB'; readonly value: number } => ({
  unit: 'KiB',
  value: Math.ceil(bytes / 1024),
});

/** CPUs and memory as libvirt has them (<https://libvirt.org/formatdomain.html#cpu-model-and-topology>). */
export function cpuAndMemory(spec: VmSpec, domainType: string): CpuAndMemory {
  const { vcpus = 1, memoryBytes = 1024 ** 3, cpu = {}, memory = {} } = spec;
  const { maximum = vcpus } = cpu;
  return {
    maxMemory:
      memory.maximumBytes === undefined ? undefined : { slots: memory.slots ?? 16, ...kibibytes(memory.maximumBytes) },
    memory: kibibytes(memoryBytes),
    currentMemory: memory.currentBytes === undefined ? undefined : kibibytes(memory.currentBytes),
    memoryBacking: memoryBacking(memory, (spec.folders ?? []).length > 0),
    vcpu: { current: maximum === vcpus ? undefined : vcpus, value: maximum },
    iothreads: cpu.ioThreads === undefined || cpu.ioThreads === 0 ? undefined : cpu.ioThreads,
    numatune: numatune(cpu),
    cputune: cputune(cpu),
    cpu: cpuModel(cpu, domainType),
  };
}

function memoryBacking(memory: MemorySpec, hasFolders: boolean): CpuAndMemory['memoryBacking'] {
  const { hugepages = false, locked, shared = hasFolders } = memory;
  if (hugepages === false && !locked && !shared) return undefined;
  return {
    hugepages:
      hugepages === false ? undefined : hugepages === true ? {} : { page: [{ size: hugepages / 1024, unit: 'KiB' }] },
    locked: locked ? {} : undefined,
    // Only memory in a file descriptor can be handed to another process.
    source: shared && hugepages === false ? { type: 'memfd' } : undefined,
    access: shared ? { mode: 'shared' } : undefined,
  };
}

function cpuModel({ model, features = {}, topology, numa }: CpuSpec, domainType: string): CpuAndMemory['cpu'] {
  const chosen = model ?? (domainType === 'kvm' ? 'host-model' : undefined);
  const feature = Object.entries(features).map(([name, policy]) => ({ name, policy }));
  if (chosen === undefined && feature.length === 0 && topology === undefined && numa === undefined) return undefined;
  const isMode = chosen === 'host-model' || chosen === 'host-passthrough' || chosen === 'maximum';
  return {
    mode: isMode ? chosen : chosen === undefined ? undefined : 'custom',
    match: isMode || chosen === undefined ? undefined : 'exact',
    model: isMode || chosen === undefined ? undefined : { fallback: 'forbid', value: chosen },
    topology: topology && {
      sockets: topology.sockets ?? 1,
      cores: topology.cores ?? 1,
      threads: topology.threads ?? 1,
    },
    feature: feature.length === 0 ? undefined : feature,
    numa: numa && {
      cell: numa.map(({ vcpus, memoryBytes }, id) => ({
        id,
        cpus: vcpus.join(','),
        memory: Math.ceil(memoryBytes / 1024),
        unit: 'KiB',
      })),
    },
  };
}

function cputune({ pinning = [], emulatorPinning, shares, limitRatio }: CpuSpec): CpuAndMemory['cputune'] {
  if (pinning.length === 0 && emulatorPinning === undefined && shares === undefined && limitRatio === undefined)
    return undefined;
  return {
    shares,
    ...(limitRatio === undefined ? {} : { period: periodUs, quota: Math.round(periodUs * limitRatio) }),
    vcpupin: pinning.map(({ vcpu, hostCpus }) => ({ vcpu, cpuset: hostCpus.join(',') })),
    emulatorpin: emulatorPinning && { cpuset: emulatorPinning.join(',') },
  };
}

function numatune({ numa = [] }: CpuSpec): CpuAndMemory['numatune'] {
  const memnode = numa.flatMap(({ hostNodes }, cellid) =>
    hostNodes === undefined ? [] : [{ cellid, mode: 'strict' as const, nodeset: hostNodes.join(',') }],
  );
  return memnode.length === 0 ? undefined : { memnode };
}
