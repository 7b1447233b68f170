import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Field, type Fields, numberField, parsedField, type WithParameters } from '../values/fields.ts';
import { cpuList, readCpuList } from '../values/cpu-map.ts';
import type { Words } from '../values/words.ts';
import { type AffectOptions, affectBits } from './options.ts';

/** How many virtual CPUs are wanted, or set (`virDomainVcpuFlags`). */
export interface VcpusOptions extends AffectOptions {
  /** The most that it may have, not those that it has. @default false */
  readonly maximum?: boolean | undefined;
  /** Those that the guest's system has online, by the guest agent. @default false */
  readonly guest?: boolean | undefined;
  /** Make those that are added removable again. @default false */
  readonly hotpluggable?: boolean | undefined;
}

/** The bits of {@link VcpusOptions}. */
export const vcpusBits: Record<Exclude<keyof VcpusOptions, keyof CallOptions>, number> = {
  ...affectBits,
  maximum: constants.VIR_DOMAIN_VCPU_MAXIMUM,
  guest: constants.VIR_DOMAIN_VCPU_GUEST,
  hotpluggable: constants.VIR_DOMAIN_VCPU_HOTPLUGGABLE,
};

/** What a virtual CPU does (`virVcpuState`). */
export type VcpuState = 'offline' | 'running' | 'blocked';

/** libvirt's number of each {@link VcpuState}. */
export const vcpuStates: Words<VcpuState> = {
  offline: constants.VIR_VCPU_OFFLINE,
  running: constants.VIR_VCPU_RUNNING,
  blocked: constants.VIR_VCPU_BLOCKED,
};

/** One virtual CPU of a domain that runs. */
export interface VcpuInfo {
  /** Its number in the domain. */
  readonly number: number;
  readonly state: VcpuState | 'unknown';
  /** CPU time that it used. */
  readonly cpuTimeNs: number;
  /** The host's CPU that it is on; absent when it is on none, or the hypervisor does not tell. */
  readonly hostCpu?: number | undefined;
  /** The host's CPUs that it may be on. */
  readonly affinity: readonly number[];
}

/** CPU time of a domain on the host's CPUs. */
export interface DomainCpuStats extends WithParameters {
  /** All of it. */
  readonly cpuTimeNs?: number | undefined;
  readonly userTimeNs?: number | undefined;
  readonly systemTimeNs?: number | undefined;
  /** Without what the hypervisor itself used. */
  readonly vcpuTimeNs?: number | undefined;
}

/** The parameters of {@link DomainCpuStats}. */
export const cpuStatsFields: Fields<DomainCpuStats> = {
  cpuTimeNs: numberField('ullong', constants.VIR_DOMAIN_CPU_STATS_CPUTIME),
  userTimeNs: numberField('ullong', constants.VIR_DOMAIN_CPU_STATS_USERTIME),
  systemTimeNs: numberField('ullong', constants.VIR_DOMAIN_CPU_STATS_SYSTEMTIME),
  vcpuTimeNs: numberField('ullong', constants.VIR_DOMAIN_CPU_STATS_VCPUTIME),
};

/** The virtual CPUs as the guest's system sees them. */
export interface GuestVcpus extends WithParameters {
  /** Those that there are. */
  readonly vcpus?: readonly number[] | undefined;
  /** Those that are online. */
  readonly online?: readonly number[] | undefined;
  /** Those that can be taken offline. */
  readonly offlinable?: readonly number[] | undefined;
}

const cpuListField = (name: string): Field<readonly number[]> =>
  parsedField<readonly number[]>(name, readCpuList, (cpus) => cpuList(cpus, name));

/** The parameters of {@link GuestVcpus}. */
export const guestVcpusFields: Fields<GuestVcpus> = {
  vcpus: cpuListField('vcpus'),
  online: cpuListField('online'),
  offlinable: cpuListField('offlinable'),
};
