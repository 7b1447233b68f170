import type { VmSpec } from '../spec/definition/vm-spec.ts';
import type { Vm } from '../spec/vm.ts';
import { keptAffinity } from './kept-affinity.ts';
import type { AffinityRule, HypervisorPoolOptions, Placement, PlacementOptions, PoolHostUsage } from './types.ts';

/** What is known of a host when a machine looks for one. */
export interface Candidate {
  readonly name: string;
  readonly maintenance: boolean;
  /** Absent when it can't be reached. */
  readonly usage: PoolHostUsage | undefined;
  readonly vms: readonly Pick<Vm, 'tags'>[];
}

type Candidates = Placement['candidates'];

/** Chooses a host for a machine: those that can't are told with the reason, the others are sorted by the policy. */
export function chooseHost(
  { vcpus = 1, memoryBytes = 1024 ** 3, tags = {} }: Pick<VmSpec, 'vcpus' | 'memoryBytes' | 'tags'>,
  candidates: readonly Candidate[],
  { affinity = [], hosts }: PlacementOptions,
  options: HypervisorPoolOptions,
): Placement {
  const { policy = 'balanced', overcommit: { cpu = 4, memory = 1 } = {}, reservedMemoryBytes = 0 } = options;
  const judged = candidates.map(({ name, maintenance, usage, vms }): Candidates[number] => {
    const no = (reason: string): Candidates[number] => ({ host: name, reason });
    if (hosts !== undefined && !hosts.includes(name)) return no('it is not among the hosts that were asked for');
    if (maintenance) return no('it is in maintenance');
    if (usage === undefined) return no('it can not be reached');
    if (vcpus > usage.cpus) return no(`it has ${usage.cpus} CPUs, not ${vcpus}`);
    const mostVcpus = usage.cpus * cpu;
    const mostMemoryBytes = (usage.memoryBytes - reservedMemoryBytes) * memory;
    const vcpusAfter = usage.promisedVcpus + vcpus;
    const memoryAfter = usage.promisedMemoryBytes + memoryBytes;
    if (vcpusAfter > mostVcpus) return no(`${usage.promisedVcpus} of ${mostVcpus} virtual CPUs are promised`);
    if (memoryAfter > mostMemoryBytes)
      return no(`${mostMemoryBytes - usage.promisedMemoryBytes} bytes of memory are left`);
    const broken = [
      ...affinity.filter((rule) => !holds(rule, vms)),
      ...vms.flatMap((vm) => keptAffinity(vm.tags).filter((rule) => rule.kind === 'apart' && isMeant(rule, tags))),
    ];
    const required = broken.find((rule) => rule.required ?? true);
    if (required !== undefined) return no(`${required.kind} with ${shown(required.tags)} does not hold`);
    const load = Math.max(vcpusAfter / mostVcpus, memoryAfter / mostMemoryBytes);
    const byPolicy = { spread: usage.vms + load, pack: -load, balanced: load }[policy];
    return { host: name, score: byPolicy + broken.length * 1e6 };
  });
  const sorted = judged.toSorted((a, b) => (a.score ?? Infinity) - (b.score ?? Infinity) || (a.host < b.host ? -1 : 1));
  const [best] = sorted;
  return { ...(best?.score === undefined ? {} : { host: best.host }), candidates: sorted };
}

function holds({ kind, tags }: AffinityRule, vms: Candidate['vms']): boolean {
  const present = vms.some((vm) => isMeant({ kind, tags }, vm.tags));
  return kind === 'together' ? present : !present;
}

/** Whether a rule is about a machine with these tags. */
const isMeant = (rule: AffinityRule, tags: Vm['tags']): boolean =>
  Object.entries(rule.tags).every(([name, value]) => tags[name] === value);

const shown = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
