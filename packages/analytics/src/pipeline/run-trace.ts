/** How one stage of a run went. */
export interface StageTrace {
  /** The stage's name. */
  readonly name: string;
  /** Its place in the pipeline, from 0. */
  readonly index: number;
  /** How long it took, in milliseconds of the run's clock. */
  readonly durationMs: number;
  /** Whether it gave a value. */
  readonly ok: boolean;
}
