import type { Clock } from '@novacron/core';

/** Where stages report what people may want to know. `console` is one. */
export interface Logger {
  /** Details for those who look for a fault. */
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What happened. */
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** What went wrong but did not stop the run. */
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** What a run hands to each of its stages. */
export interface StageContext {
  /** The pipeline's name. */
  readonly pipeline: string;
  /** Where time comes from. */
  readonly clock: Clock;
  /** Fires when the run is aborted or its time is up. A stage that waits must pass it on. */
  readonly signal: AbortSignal;
  /** Where to report. */
  readonly logger: Logger;
  /** When the run began, epoch milliseconds. All stages of a run see the same. */
  readonly startTimeMs: number;
  /** What stages of this run share beside their values, by name. Every run has its own. */
  readonly values: Map<string, unknown>;
}

/** One step of a pipeline: takes what the one before it gave. */
export interface Stage<In, Out> {
  /** Shown in traces and errors. */
  readonly name: string;
  /**
   * Does the work. It must not change its input, which others may hold.
   *
   * @throws Whatever it likes: the run turns it into an AnalyticsError that names the stage.
   */
  run(input: In, context: StageContext): Promise<Out> | Out;
}

/** A stage, or just its function: the function's name is the stage's. */
export type StageLike<In, Out> = Stage<In, Out> | ((input: In, context: StageContext) => Promise<Out> | Out);

/** A function as a stage. */
export function toStage<In, Out>(stage: StageLike<In, Out>, index: number): Stage<In, Out> {
  return typeof stage === 'function' ? { name: stage.name || `stage ${index}`, run: stage } : stage;
}
