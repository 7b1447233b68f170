/** What every program of this benchmark is told: the same work for ours and for each peer. */
export interface Job {
  /** A qemu daemon with the guests and the volume. */
  readonly hostUri: string;
  /** A test driver with 1,000 domains `vm-0` to `vm-999`. */
  readonly nodeUri: string;
  /** The daemon's test driver with one running domain `test`, whose events are counted. */
  readonly eventUri: string;
  /** Its socket, for those that take no URI of it. */
  readonly socket: string;
  /** How many connections are made, one after the other. */
  readonly connects: number;
  /** How many small calls are made. */
  readonly calls: number;
  /** How many events are brought about. */
  readonly events: number;
  readonly pool: string;
  readonly volume: string;
  readonly volumeBytes: number;
}

/** What a program measured, by the name of the figure. */
export type Measures = Readonly<Record<string, number>>;
