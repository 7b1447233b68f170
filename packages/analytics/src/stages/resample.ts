import type { Series } from '@novacron/core';
import { AnalyticsError, invalid } from '../error.ts';
import type { Stage } from '../pipeline/stage.ts';
import { aggregateSteps, type Aggregate } from './aggregate.ts';
import { breather } from './breathe.ts';

/** How series are brought to equal steps. */
export interface ResampleOptions {
  /** Length of a step in milliseconds, above 0. Steps begin at whole multiples of it since the epoch. */
  readonly stepMs: number;
  /** How the values of a step become one. @default 'mean' */
  readonly aggregate?: Aggregate | undefined;
  /** The first time that counts, epoch milliseconds; rounded down to a step. @default the earliest of all series */
  readonly fromMs?: number | undefined;
  /** The first time that does not, epoch milliseconds; rounded up to a step. @default behind the latest of all series */
  readonly toMs?: number | undefined;
}

const aggregates: readonly Aggregate[] = ['mean', 'min', 'max', 'sum', 'last', 'count', 'p95'];

/** All series together; about 400 MB. */
const mostValues = 50_000_000;

/**
 * A stage that brings series to equal steps, the same for all of them, so that they can be forecast and compared. The
 * time of a step is its start. A step without a value is NaN, never made up. All results share one array of times.
 *
 * @throws {AnalyticsError} NOVA_ANALYTICS_INVALID when an option is out of range.
 * @throws {AnalyticsError} NOVA_ANALYTICS_CAPACITY from the run when there would be more than 50 million values.
 *
 * @example
 * ```ts
 * import { pipeline, resample } from '@novacron/analytics';
 * import { createSeries } from '@novacron/core';
 *
 * const raw = createSeries('load', {}, [0, 10_000, 65_000, 190_000], [1, 3, 5, 7]);
 * const { value } = await pipeline('minutes', () => [raw]).pipe(resample({ stepMs: 60_000 })).run();
 * [...value[0]!.values] // => [2, 5, NaN, 7]
 * ```
 */
export function resample(options: ResampleOptions): Stage<readonly Series[], readonly Series[]> {
  const { stepMs, aggregate = 'mean', fromMs, toMs } = options;
  if (!(stepMs > 0 && Number.isFinite(stepMs))) {
    throw invalid(`stepMs must be a number above 0, not ${String(stepMs)}`, { option: 'stepMs', value: stepMs });
  }
  if (!aggregates.includes(aggregate)) {
    throw invalid(`aggregate must be one of ${aggregates.join(', ')}`, { option: 'aggregate', value: aggregate });
  }
  if (fromMs !== undefined && toMs !== undefined && !(fromMs < toMs)) {
    throw invalid(`fromMs must be before toMs, but they are ${fromMs} and ${toMs}`, { fromMs, toMs });
  }
  return {
    name: `resample to ${stepMs} ms`,
    async run(input, { signal }): Promise<readonly Series[]> {
      const breathe = breather(signal);
      const grid = commonGrid(input, stepMs, fromMs, toMs);
      if (grid.steps * input.length > mostValues) {
        throw new AnalyticsError({
          kind: 'capacity',
          message: `${input.length} series of ${grid.steps} steps are more than ${mostValues} values`,
          details: { series: input.length, steps: grid.steps },
        });
      }
      const timesMs = Float64Array.from({ length: grid.steps }, (_, step) => grid.fromMs + step * stepMs);
      const output: Series[] = [];
      for (const series of input) {
        await breathe();
        output.push({ ...series, timesMs, values: aggregateSteps(series.timesMs, series.values, grid, aggregate) });
      }
      return output;
    },
  };
}

function commonGrid(
  input: readonly Series[],
  stepMs: number,
  fromMs: number | undefined,
  toMs: number | undefined,
): { fromMs: number; stepMs: number; steps: number } {
  let earliest = Infinity;
  let latest = -Infinity;
  for (const { timesMs } of input) {
    if (timesMs.length === 0) continue;
    earliest = Math.min(earliest, timesMs[0] as number);
    latest = Math.max(latest, timesMs.at(-1) as number);
  }
  const first = Math.floor((fromMs ?? earliest) / stepMs);
  const end = toMs === undefined ? Math.floor(latest / stepMs) + 1 : Math.ceil(toMs / stepMs);
  return Number.isFinite(first) && end > first
    ? { fromMs: first * stepMs, stepMs, steps: end - first }
    : { fromMs: 0, stepMs, steps: 0 };
}
