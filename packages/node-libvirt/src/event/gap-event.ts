/** Stands where events are missing. */
export interface GapEvent<Resource = unknown> {
  readonly type: 'gap';
  /** `overflow`: nobody took them in time. `reconnect`: the connection was lost, and a daemon tells nothing afterwards. */
  readonly reason: 'overflow' | 'reconnect';
  /** How many events are missing; unknown after `reconnect`. */
  readonly dropped: number | undefined;
  /** After `reconnect`, all that there is now: what follows in the stream happened after this was listed, or meanwhile. */
  readonly current: readonly Resource[] | undefined;
}
