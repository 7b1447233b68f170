import { systemClock, withDeadline, type CallOptions, type Clock, NovaError } from '@novacron/core';
import { AnalyticsError, invalid } from '../error.ts';
import type { StageTrace } from './run-trace.ts';
import { toStage, type Logger, type Stage, type StageContext, type StageLike } from './stage.ts';

/** A chain of stages, each taking what the one before it gives; the compiler checks that they fit. Never changes. */
export interface Pipeline<In, Out> {
  /** Shown in errors and logs. */
  readonly name: string;
  /** The names of its stages in order. */
  readonly stages: readonly string[];
  /**
   * A new pipeline with one more stage; this one stays as it is. (It is not called `then`, because what has a `then`
   * is taken for a promise by `await`.)
   */
  pipe<Next>(stage: StageLike<Out, Next>): Pipeline<In, Next>;
  /**
   * Runs the stages one after the other. Runs don't know of each other: any number may go on at once.
   *
   * @param input - For the first stage.
   * @throws {AnalyticsError} NOVA_ANALYTICS_STAGE_FAILED when a stage throws.
   * @throws {AnalyticsError} NOVA_ANALYTICS_ABORTED within 100 ms of the signal, unless a stage computes without a pause.
   * @throws {AnalyticsError} NOVA_ANALYTICS_TIMEOUT when `timeoutMs` is over, likewise.
   * @throws {AnalyticsError} NOVA_ANALYTICS_INVALID when `timeoutMs` is not 0 or more.
   */
  run(input: In, options?: RunOptions): Promise<PipelineRun<Out>>;
}

/** What a run is given beside its input. */
export interface RunOptions extends CallOptions {
  /** Where time comes from. @default the system's clock */
  readonly clock?: Clock | undefined;
  /** Where stages report. @default nowhere */
  readonly logger?: Logger | undefined;
  /** What stages find in `context.values` at the start. @default nothing */
  readonly values?: Iterable<readonly [string, unknown]> | undefined;
}

/** What came out of a run. */
export interface PipelineRun<Out> {
  /** What the last stage gave. */
  readonly value: Out;
  /** How each stage went. */
  readonly trace: readonly StageTrace[];
  /** When it began, epoch milliseconds. */
  readonly startTimeMs: number;
  /** How long it took in all, in milliseconds of its clock. */
  readonly durationMs: number;
}

/** Inside, the chain is not typed: its builder was. */
type AnyStage = Stage<unknown, unknown>;

const silent: Logger = { debug() {}, info() {}, warn() {} };

/**
 * Begins a pipeline.
 *
 * @param name - Shown in errors and logs.
 * @param first - The first stage: it takes the input of the run.
 *
 * @example
 * ```ts
 * import { pipeline } from '@novacron/analytics';
 *
 * const lengths = pipeline('lengths', (text: string) => text.split(' '))
 *   .pipe((words) => words.map((word) => word.length))
 *   .pipe(function longest(all) {
 *     return Math.max(...all);
 *   });
 * const { value, trace } = await lengths.run('to be or not');
 * value // => 3
 * trace.map(({ name }) => name) // => ['stage 0', 'stage 1', 'longest']
 * ```
 */
export function pipeline<In = void, Out = unknown>(name: string, first: StageLike<In, Out>): Pipeline<In, Out> {
  return chain(name, [toStage(first, 0) as AnyStage]);
}

function chain<In, Out>(name: string, stages: readonly AnyStage[]): Pipeline<In, Out> {
  return {
    name,
    stages: stages.map((stage) => stage.name),
    pipe: <Next>(stage: StageLike<Out, Next>) => chain<In, Next>(name, [...stages, toStage(stage, stages.length)]),
    run: (input, options) => runStages(name, stages, input, options) as Promise<PipelineRun<Out>>,
  };
}

async function runStages(
  name: string,
  stages: readonly AnyStage[],
  input: unknown,
  options: RunOptions = {},
): Promise<PipelineRun<unknown>> {
  const { clock = systemClock, logger = silent, signal, timeoutMs, values } = options;
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    throw invalid(`timeoutMs must be 0 or more, not ${String(timeoutMs)}`, { option: 'timeoutMs', value: timeoutMs });
  }
  const startTimeMs = clock.now();
  const startedMs = clock.monotonic();
  const trace: StageTrace[] = [];
  let stageMs = startedMs;
  const record = (ok: boolean): void => {
    const index = trace.length;
    const endMs = clock.monotonic();
    trace.push({ name: (stages[index] as AnyStage).name, index, durationMs: endMs - stageMs, ok });
    stageMs = endMs;
  };
  const runAll = async (signal: AbortSignal): Promise<unknown> => {
    const shared: StageContext = { pipeline: name, clock, signal, logger, startTimeMs, values: new Map(values) };
    let value = input;
    for (const stage of stages) {
      value = await stage.run(value, shared);
      if (signal.aborted) return undefined; // the run has settled without us
      record(true);
    }
    return value;
  };
  try {
    const value = await withDeadline({ signal, timeoutMs }, runAll, clock);
    return { value, trace, startTimeMs, durationMs: clock.monotonic() - startedMs };
  } catch (cause) {
    const stage = stages[trace.length] as AnyStage;
    record(false);
    throw stageError(cause, { pipeline: name, stage: stage.name, index: trace.length - 1 }, trace);
  }
}

function stageError(
  cause: unknown,
  details: { pipeline: string; stage: string; index: number },
  trace: readonly StageTrace[],
): AnalyticsError {
  const where = `stage ${details.index} "${details.stage}" of pipeline "${details.pipeline}"`;
  // The deadline around the run is the only one that throws errors of the core by itself.
  if (NovaError.isInstance(cause) && cause.code === 'NOVA_CORE_ABORTED') {
    return new AnalyticsError({ kind: 'aborted', message: `Aborted in ${where}`, cause, details }, trace);
  }
  if (NovaError.isInstance(cause) && cause.code === 'NOVA_CORE_TIMEOUT') {
    return new AnalyticsError({ kind: 'timeout', message: `Out of time in ${where}`, cause, details }, trace);
  }
  const known = NovaError.isInstance(cause)
    ? { kind: cause.kind, retryable: cause.retryable }
    : { kind: 'internal' as const };
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AnalyticsError(
    { ...known, code: 'NOVA_ANALYTICS_STAGE_FAILED', message: `Failed in ${where}: ${why}`, cause, details },
    trace,
  );
}
