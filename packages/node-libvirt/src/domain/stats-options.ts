import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Domain } from './domain.ts';

/** A group of statistics. */
export type StatsGroup =
  | 'state'
  | 'cpu'
  | 'balloon'
  | 'vcpu'
  | 'interface'
  | 'block'
  | 'perf'
  | 'iothread'
  | 'memory'
  | 'dirtyrate'
  | 'vm';

/** libvirt's bit of each {@link StatsGroup}. */
export const statsGroupBits: Readonly<Record<StatsGroup, number>> = {
  state: constants.VIR_DOMAIN_STATS_STATE,
  cpu: constants.VIR_DOMAIN_STATS_CPU_TOTAL,
  balloon: constants.VIR_DOMAIN_STATS_BALLOON,
  vcpu: constants.VIR_DOMAIN_STATS_VCPU,
  interface: constants.VIR_DOMAIN_STATS_INTERFACE,
  block: constants.VIR_DOMAIN_STATS_BLOCK,
  perf: constants.VIR_DOMAIN_STATS_PERF,
  iothread: constants.VIR_DOMAIN_STATS_IOTHREAD,
  memory: constants.VIR_DOMAIN_STATS_MEMORY,
  dirtyrate: constants.VIR_DOMAIN_STATS_DIRTYRATE,
  vm: constants.VIR_DOMAIN_STATS_VM,
};

/** Whose statistics are wanted, and which (`virConnectGetAllDomainStatsFlags`). */
export interface StatsOptions extends CallOptions {
  /** Which groups. @default all that the daemon knows */
  readonly groups?: readonly StatsGroup[] | undefined;
  /** Which domains. @default all */
  readonly domains?: readonly Domain[] | undefined;
  /** Of all domains, those that run or are paused. @default false */
  readonly active?: boolean | undefined;
  /** Of all domains, those that are off. @default false */
  readonly inactive?: boolean | undefined;
  /** Of all domains, those with a definition that outlives their end. @default false */
  readonly persistent?: boolean | undefined;
  /** Of all domains, those that vanish when they end. @default false */
  readonly transient?: boolean | undefined;
  /** Of all domains, those in state running. @default false */
  readonly running?: boolean | undefined;
  /** Of all domains, those in state paused. @default false */
  readonly paused?: boolean | undefined;
  /** Of all domains, those in state shutoff. @default false */
  readonly shutoff?: boolean | undefined;
  /** Of all domains, those in any other state. @default false */
  readonly other?: boolean | undefined;
  /** Leave out what a busy domain can't tell at once, instead of waiting for it. @default false */
  readonly nowait?: boolean | undefined;
  /** With every image of a disk's backing chain. @default false */
  readonly backing?: boolean | undefined;
  /** Fail when a named group is not known to the daemon, instead of leaving it out. @default false */
  readonly enforce?: boolean | undefined;
}

/** The bits of {@link StatsOptions}. */
export const statsBits: Record<Exclude<keyof StatsOptions, keyof CallOptions | 'groups' | 'domains'>, number> = {
  active: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE,
  inactive: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_INACTIVE,
  persistent: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_PERSISTENT,
  transient: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_TRANSIENT,
  running: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING,
  paused: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_PAUSED,
  shutoff: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_SHUTOFF,
  other: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER,
  nowait: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT,
  backing: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING,
  enforce: constants.VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS,
};
