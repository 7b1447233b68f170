import { NovaError, type ErrorOptions } from '@novacron/core';
import type { StageTrace } from './pipeline/run-trace.ts';

const marker = Symbol.for('novacron.analytics.error');

/**
 * Every error that this package throws on purpose.
 *
 * | code | kind | when |
 * | --- | --- | --- |
 * | `NOVA_ANALYTICS_INVALID` | invalid | an option or a value is wrong; `details` says which |
 * | `NOVA_ANALYTICS_STAGE_FAILED` | that of the cause, or internal | a stage threw; `details.stage` and `details.index` say which, `cause` why |
 * | `NOVA_ANALYTICS_ABORTED` | aborted | the signal fired during a run |
 * | `NOVA_ANALYTICS_TIMEOUT` | timeout | a run did not end within `timeoutMs` |
 * | `NOVA_ANALYTICS_CAPACITY` | capacity | a result would not fit into memory |
 * | `NOVA_ANALYTICS_MISSING_DEPENDENCY` | unsupported | charts need vega and vega-lite, which are not installed |
 *
 * @example
 * ```ts
 * import { AnalyticsError, pipeline } from '@novacron/analytics';
 *
 * const broken = pipeline('demo', () => 1).pipe(function divide(): number {
 *   throw new RangeError('by zero');
 * });
 * const error = await broken.run().catch((reason: unknown) => reason);
 * AnalyticsError.isInstance(error) && error.details // => { pipeline: 'demo', stage: 'divide', index: 1 }
 * AnalyticsError.isInstance(error) && error.trace.map(({ ok }) => ok) // => [true, false]
 * ```
 */
export class AnalyticsError extends NovaError {
  /** What had run when it happened, the failed stage last; empty when no pipeline ran. */
  readonly trace: readonly StageTrace[];

  static {
    Object.defineProperty(this.prototype, marker, { value: true });
    Object.defineProperty(this.prototype, 'name', { value: 'AnalyticsError', writable: true, configurable: true });
  }

  /**
   * @param options - What went wrong.
   * @param trace - What had run.
   */
  constructor(options: ErrorOptions, trace: readonly StageTrace[] = []) {
    super('ANALYTICS', options);
    this.trace = trace;
  }

  /** Tells whether a value is an error of this package, whichever copy of it made it. */
  static override isInstance(value: unknown): value is AnalyticsError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}

/** An `invalid` error about one argument. */
export function invalid(message: string, details: Readonly<Record<string, unknown>>): AnalyticsError {
  return new AnalyticsError({ kind: 'invalid', message, details });
}
