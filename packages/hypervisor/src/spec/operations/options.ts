import type { CallOptions } from '@novacron/core';

/** One thing that was done on the way. */
export interface OperationStep {
  /** What was asked for: `create`, `delete`, `networks.create`. */
  readonly operation: string;
  /** What was done: `volume-created`, `defined`, `started`, `rolled-back`; `done` where there is nothing more to say. */
  readonly step: string;
  /** To what: the name of a machine, a volume, a file. */
  readonly subject: string;
  /** When, epoch milliseconds. */
  readonly timeMs: number;
}

/** What every operation takes that changes something. */
export interface OperationOptions extends CallOptions {
  /**
   * Told of each thing that was done, at once; what it throws is ignored. With `capabilities.steps`, every change that
   * succeeds tells something.
   */
  readonly onStep?: ((step: OperationStep) => void) | undefined;
}
