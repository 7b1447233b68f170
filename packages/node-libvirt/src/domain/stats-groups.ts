import { constants } from '../protocol/constants.gen.ts';
import { mebibyteBytes } from '../values/units.ts';
import { type Words, wordOf } from '../values/words.ts';
import type { TypedValue } from './typed-parameters.ts';

/** One I/O thread of a domain. */
export interface IOThreadStats {
  readonly id: number;
  readonly pollMaxNs?: number | undefined;
  readonly pollGrow?: number | undefined;
  readonly pollShrink?: number | undefined;
}

/** How a measurement of what a guest writes to its memory stands (`virDomainDirtyRateStatus`). */
export type DirtyRateStatus = 'unstarted' | 'measuring' | 'measured';

const dirtyRateStatuses: Words<DirtyRateStatus> = {
  unstarted: constants.VIR_DOMAIN_DIRTYRATE_UNSTARTED,
  measuring: constants.VIR_DOMAIN_DIRTYRATE_MEASURING,
  measured: constants.VIR_DOMAIN_DIRTYRATE_MEASURED,
};

/** How much memory a guest writes to: the last {@link Domain.startDirtyRateCalc}. */
export interface DirtyRateStats {
  readonly status: DirtyRateStatus | 'unknown';
  readonly bytesPerSecond?: number | undefined;
  /** How it was measured: `page-sampling`, `dirty-bitmap`, `dirty-ring`. */
  readonly mode?: string | undefined;
  readonly periodSeconds?: number | undefined;
  /** By virtual CPU, when it was measured with `dirty-ring`. */
  readonly vcpuBytesPerSecond?: readonly number[] | undefined;
}

type Parameters = Readonly<Record<string, TypedValue>>;

/** The I/O threads among the parameters, by their numbers, which need not follow one another. */
export function readIOThreads(parameters: Parameters): IOThreadStats[] | undefined {
  if (parameters['iothread.count'] === undefined) return undefined;
  const ids = new Set<number>();
  for (const name in parameters) {
    const id = /^iothread\.(\d+)\./.exec(name)?.[1];
    if (id !== undefined) ids.add(Number(id));
  }
  const number = (name: string): number | undefined => numeric(parameters[name]);
  return Array.from(ids, (id) => ({
    id,
    pollMaxNs: number(`iothread.${id}.poll-max-ns`),
    pollGrow: number(`iothread.${id}.poll-grow`),
    pollShrink: number(`iothread.${id}.poll-shrink`),
  }));
}

/** The events that are counted, by libvirt's names without their prefix. */
export function readPerf(parameters: Parameters): Record<string, number> | undefined {
  const events = Object.entries(parameters).filter(([name]) => name.startsWith('perf.'));
  if (events.length === 0) return undefined;
  return Object.fromEntries(events.map(([name, value]) => [name.slice('perf.'.length), Number(value)]));
}

/** What the guest writes to its memory. */
export function readDirtyRate(parameters: Parameters): DirtyRateStats | undefined {
  const status = numeric(parameters['dirtyrate.calc_status']);
  if (status === undefined) return undefined;
  const mode = parameters['dirtyrate.calc_mode'];
  const vcpus: number[] = [];
  for (let vcpu = 0; ; vcpu++) {
    const rate = numeric(parameters[`dirtyrate.vcpu.${vcpu}.megabytes_per_second`]);
    if (rate === undefined) break;
    vcpus.push(rate * mebibyteBytes);
  }
  const rate = numeric(parameters['dirtyrate.megabytes_per_second']);
  return {
    status: wordOf(dirtyRateStatuses, status),
    bytesPerSecond: rate === undefined ? undefined : rate * mebibyteBytes,
    mode: mode === undefined ? undefined : String(mode),
    periodSeconds: numeric(parameters['dirtyrate.calc_period']),
    vcpuBytesPerSecond: vcpus.length === 0 ? undefined : vcpus,
  };
}

function numeric(value: TypedValue | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}
