import type { Clock } from '@novacron/core';
import type { GuestCommand, GuestCommandResult } from '../spec/operations/guests.ts';
import type { VmAction } from '../spec/vm-state.ts';
import type { LoadFunction } from './load.ts';

/** How the simulated host behaves. */
export interface MemoryHypervisorOptions {
  /** What it calls itself. @default 'memory' */
  readonly name?: string | undefined;
  /** Drives every latency and every measurement. @default the system's clock */
  readonly clock?: Clock | undefined;
  /** Numbers for identifiers, latencies and the default load; the same seed gives the same run. @default 1 */
  readonly seed?: number | undefined;
  /** How long operations take, each drawn evenly from its range. @default {@link defaultLatenciesMs} */
  readonly latenciesMs?: Partial<Latencies> | undefined;
  /** How busy a machine is at a time. @default a daily wave with noise, by seed and name */
  readonly load?: LoadFunction | undefined;
  /** What the host has. @default 64 CPUs and 256 GiB */
  readonly capacity?: { readonly cpus: number; readonly memoryBytes: number } | undefined;
  /** The size of the pool `default`, and of every pool that is made, in bytes. @default 1 TiB */
  readonly poolBytes?: number | undefined;
  /** What programs in guests do. @default they end well; `/bin/echo` writes its words */
  readonly guestPrograms?: ((vm: string, command: GuestCommand) => Partial<GuestCommandResult>) | undefined;
}

/** Shortest and longest time in milliseconds. */
export type Range = readonly [shortestMs: number, longestMs: number];

/** How long each operation takes. */
export type Latencies = Readonly<Record<VmAction | 'create' | 'read', Range>>;

/** What a local KVM host with small Linux guests shows, in milliseconds. */
export const defaultLatenciesMs: Latencies = Object.freeze({
  create: [2, 10],
  read: [0, 0],
  start: [300, 700],
  stop: [800, 2500],
  reboot: [2000, 5000],
  suspend: [2, 10],
  resume: [2, 10],
  delete: [10, 50],
});
