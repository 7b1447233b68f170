import { vcpuStateNames } from '../protocol/names.gen.ts';
import type { DomainStatsRecord } from '../protocol/remote-types.gen.ts';
import type { Domain } from './domain.ts';
import { domainState, type DomainStateAndReason } from './domain-state.ts';
import { type DirtyRateStats, type IOThreadStats, readDirtyRate, readIOThreads, readPerf } from './stats-groups.ts';
import { typedRecord, type TypedValue } from './typed-parameters.ts';

/** CPU time of a domain since it started. */
export interface CpuStats {
  /** All of it. */
  readonly timeNs?: number | undefined;
  /** In user mode, as the host sees it. */
  readonly userNs?: number | undefined;
  /** In the host's kernel. */
  readonly systemNs?: number | undefined;
}

/** Memory of a domain; what lies behind `current` and `maximum` needs the guest's balloon driver. */
export interface BalloonStats {
  /** What it has. */
  readonly currentBytes?: number | undefined;
  /** What it may have. */
  readonly maximumBytes?: number | undefined;
  /** What the guest sees as its memory. */
  readonly availableBytes?: number | undefined;
  /** What the guest leaves entirely unused. */
  readonly unusedBytes?: number | undefined;
  /** What the guest could give to programs without swapping. */
  readonly usableBytes?: number | undefined;
  /** What the domain's process takes on the host. */
  readonly rssBytes?: number | undefined;
  readonly swapInBytes?: number | undefined;
  readonly swapOutBytes?: number | undefined;
  readonly diskCachesBytes?: number | undefined;
  readonly majorFaults?: number | undefined;
  readonly minorFaults?: number | undefined;
  /** When the guest last told its values, epoch milliseconds; absent when it never did. */
  readonly lastUpdateMs?: number | undefined;
}

/** One virtual CPU. */
export interface VcpuStats {
  /** Its number in the domain. */
  readonly index: number;
  readonly state?: (typeof vcpuStateNames)[number] | 'unknown' | undefined;
  readonly timeNs?: number | undefined;
  /** How long it waited for I/O. */
  readonly waitNs?: number | undefined;
  /** How long it waited for a CPU of the host. */
  readonly delayNs?: number | undefined;
  readonly halted?: boolean | undefined;
}

/** One network interface, seen from the domain. */
export interface InterfaceStats {
  /** The host's device: `vnet0`. */
  readonly name: string;
  readonly rxBytes?: number | undefined;
  readonly rxPackets?: number | undefined;
  readonly rxErrors?: number | undefined;
  readonly rxDropped?: number | undefined;
  readonly txBytes?: number | undefined;
  readonly txPackets?: number | undefined;
  readonly txErrors?: number | undefined;
  readonly txDropped?: number | undefined;
}

/** One disk. */
export interface BlockStats {
  /** Its target: `vda`. */
  readonly name: string;
  /** Its source, when that is a file or device. */
  readonly path?: string | undefined;
  /** Its place in the backing chain, when the chain was asked for. */
  readonly backingIndex?: number | undefined;
  readonly readRequests?: number | undefined;
  readonly readBytes?: number | undefined;
  readonly readTimeNs?: number | undefined;
  readonly writeRequests?: number | undefined;
  readonly writeBytes?: number | undefined;
  readonly writeTimeNs?: number | undefined;
  readonly flushRequests?: number | undefined;
  readonly flushTimeNs?: number | undefined;
  readonly errors?: number | undefined;
  /** The highest offset written. */
  readonly allocationBytes?: number | undefined;
  /** The size that the guest sees. */
  readonly capacityBytes?: number | undefined;
  /** What it takes on the host. */
  readonly physicalBytes?: number | undefined;
  /** The offset at which the event `block-threshold` comes. */
  readonly thresholdBytes?: number | undefined;
}

/**
 * The statistics of one domain. What the driver does not know, or the domain's state does not allow, is absent.
 *
 * Values are numbers; counters above 2^53 (9 PB, 104 CPU days) are rounded to the nearest number that can be held. Their
 * exact values are in {@link DomainStats.parameters}.
 */
export interface DomainStats {
  readonly domain: Domain;
  readonly state?: DomainStateAndReason | undefined;
  readonly cpu?: CpuStats | undefined;
  readonly balloon?: BalloonStats | undefined;
  readonly vcpus?: readonly VcpuStats[] | undefined;
  readonly interfaces?: readonly InterfaceStats[] | undefined;
  readonly blocks?: readonly BlockStats[] | undefined;
  readonly iothreads?: readonly IOThreadStats[] | undefined;
  /** Events that are counted, by libvirt's names: `cpu_cycles`, `cache_misses`. */
  readonly perf?: Readonly<Record<string, number>> | undefined;
  readonly dirtyRate?: DirtyRateStats | undefined;
  /** Everything that the daemon sent, under libvirt's names: `cpu.time`, `net.0.rx.bytes`, `block.0.path`. */
  readonly parameters: Readonly<Record<string, TypedValue>>;
}

const kibibyte = 1024;
const trustedCount = 16;

/** Turns what the daemon sent about a domain into named groups. */
export function readDomainStats(record: DomainStatsRecord, domain: Domain): DomainStats {
  const parameters = typedRecord(record.params);
  const number = (name: string, unit = 1): number | undefined => {
    const value = parameters[name];
    return value === undefined ? undefined : Number(value) * unit;
  };
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return value === undefined ? undefined : String(value);
  };
  const state = number('state.state');
  return {
    domain,
    state: state === undefined ? undefined : domainState(state, number('state.reason') ?? 0),
    cpu: group({ timeNs: number('cpu.time'), userNs: number('cpu.user'), systemNs: number('cpu.system') }),
    balloon: group({
      currentBytes: number('balloon.current', kibibyte),
      maximumBytes: number('balloon.maximum', kibibyte),
      availableBytes: number('balloon.available', kibibyte),
      unusedBytes: number('balloon.unused', kibibyte),
      usableBytes: number('balloon.usable', kibibyte),
      rssBytes: number('balloon.rss', kibibyte),
      swapInBytes: number('balloon.swap_in', kibibyte),
      swapOutBytes: number('balloon.swap_out', kibibyte),
      diskCachesBytes: number('balloon.disk_caches', kibibyte),
      majorFaults: number('balloon.major_fault'),
      minorFaults: number('balloon.minor_fault'),
      // 0 is libvirt's way to say never.
      lastUpdateMs: number('balloon.last-update', 1000) || undefined,
    }),
    vcpus: list(indexes(parameters, 'vcpu.', number('vcpu.maximum')), (i) => readVcpu(i, number, text)),
    interfaces: list(indexes(parameters, 'net.', number('net.count')), (i) => readInterface(`net.${i}`, number, text)),
    blocks: list(indexes(parameters, 'block.', number('block.count')), (i) => readBlock(`block.${i}`, number, text)),
    iothreads: readIOThreads(parameters),
    perf: readPerf(parameters),
    dirtyRate: readDirtyRate(parameters),
    parameters,
  };
}

type NumberOf = (name: string, unit?: number) => number | undefined;
type TextOf = (name: string) => string | undefined;

function readVcpu(index: number, number: NumberOf, text: TextOf): VcpuStats | undefined {
  const at = `vcpu.${index}`;
  const state = number(`${at}.state`);
  if (state === undefined) return undefined;
  const halted = text(`${at}.halted`);
  return {
    index,
    state: vcpuStateNames[state] ?? 'unknown',
    timeNs: number(`${at}.time`),
    waitNs: number(`${at}.wait`),
    delayNs: number(`${at}.delay`),
    halted: halted === undefined ? undefined : halted === 'true',
  };
}

function readInterface(at: string, number: NumberOf, text: TextOf): InterfaceStats | undefined {
  const name = text(`${at}.name`);
  if (name === undefined) return undefined;
  return {
    name,
    rxBytes: number(`${at}.rx.bytes`),
    rxPackets: number(`${at}.rx.pkts`),
    rxErrors: number(`${at}.rx.errs`),
    rxDropped: number(`${at}.rx.drop`),
    txBytes: number(`${at}.tx.bytes`),
    txPackets: number(`${at}.tx.pkts`),
    txErrors: number(`${at}.tx.errs`),
    txDropped: number(`${at}.tx.drop`),
  };
}

function readBlock(at: string, number: NumberOf, text: TextOf): BlockStats | undefined {
  const name = text(`${at}.name`);
  if (name === undefined) return undefined;
  return {
    name,
    path: text(`${at}.path`),
    backingIndex: number(`${at}.backingIndex`),
    readRequests: number(`${at}.rd.reqs`),
    readBytes: number(`${at}.rd.bytes`),
    readTimeNs: number(`${at}.rd.times`),
    writeRequests: number(`${at}.wr.reqs`),
    writeBytes: number(`${at}.wr.bytes`),
    writeTimeNs: number(`${at}.wr.times`),
    flushRequests: number(`${at}.fl.reqs`),
    flushTimeNs: number(`${at}.fl.times`),
    errors: number(`${at}.errors`),
    allocationBytes: number(`${at}.allocation`),
    capacityBytes: number(`${at}.capacity`),
    physicalBytes: number(`${at}.physical`),
    thresholdBytes: number(`${at}.threshold`),
  };
}

/** The group, unless nothing in it is known. */
function group<Group extends Record<string, number | undefined>>(values: Group): Group | undefined {
  for (const name in values) if (values[name] !== undefined) return values;
  return undefined;
}

/** What there may be: all below a small count, and below a large one, which may be a lie, what names were sent for. */
function indexes(parameters: object, prefix: string, count: number | undefined): number[] | undefined {
  if (count === undefined) return undefined;
  if (count <= trustedCount) return Array.from({ length: count }, (_, i) => i);
  const sent = new Set<number>();
  for (const name in parameters) {
    if (!name.startsWith(prefix)) continue;
    const index = Number.parseInt(name.slice(prefix.length), 10);
    if (index >= 0 && index < count) sent.add(index);
  }
  return [...sent].toSorted((a, b) => a - b);
}

function list<Item>(sent: number[] | undefined, read: (index: number) => Item | undefined): Item[] | undefined {
  return sent?.map(read).filter((item) => item !== undefined);
}
