import { invalid } from '../../error.ts';
import { fitBudget } from '../../fit-budget.ts';
import { observedCount, toValues } from '../../values.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { fitRecursive, tooFew } from './fit-recursive.ts';
import { crostonMethod, sbaMethod, tsbMethod } from './intermittent-methods.ts';

/** Options of Croston's method. */
export interface CrostonOptions {
  /**
   * `croston`: size over interval; `sba`: the same without its bias; `tsb`: size times probability, which fades when
   * demand stops. @default 'sba'
   */
  readonly variant?: 'croston' | 'sba' | 'tsb' | undefined;
  /** How fast size and interval follow, in (0, 1]. @default 0.1 */
  readonly alpha?: number | undefined;
  /** How fast the probability follows, in (0, 1]; `tsb` only. @default alpha */
  readonly beta?: number | undefined;
}

const methods = { croston: crostonMethod, sba: sbaMethod, tsb: tsbMethod } as const;

/**
 * Forecasts intermittent loads, mostly zeros: sizes `z` of what is not 0 and the steps `p` between them are smoothed
 * apart, and the forecast is `z / p` a step (Croston 1972), `(1 - α/2) z / p` (Syntetos and Boylan 2005), or `z` times
 * the smoothed probability (Teunter, Syntetos, Babai 2011). Intervals are as wide as the one-step errors were; give a
 * `minimum` of 0 to keep them from below it.
 *
 * A missing value (NaN) is a step in which nothing is known. Two observed values are needed, otherwise `fit` throws
 * NOVA_ML_TOO_SHORT; a series of zeros is forecast as 0. Use it for jobs, faults and requests that come now and then;
 * not for steady series. Cost: one pass.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { croston } from '@novacron/ml';
 *
 * const jobs = [0, 0, 6, 0, 0, 6, 0, 0, 6];
 * [...croston({ variant: 'croston' }).fit(jobs).forecast(2).mean] // => [2, 2]
 * ```
 */
export function croston(options: CrostonOptions = {}): ForecasterWithTimes {
  const { variant = 'sba', alpha = 0.1, beta = alpha } = options;
  const method = Object.hasOwn(methods, variant) ? methods[variant] : undefined;
  if (method === undefined) throw invalid(`variant must be croston, sba or tsb, not ${variant}`, { variant });
  for (const [name, value] of Object.entries({ alpha, beta })) {
    if (!(value > 0 && value <= 1)) throw invalid(`${name} must be in (0, 1], not ${String(value)}`, { [name]: value });
  }
  return withTimes({
    name: method.name,
    fit(values, fitOptions) {
      fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < 2) throw tooFew(method.name, 2, observed);
      const parameters = variant === 'tsb' ? Float64Array.of(alpha, beta) : Float64Array.of(alpha);
      const state = new Float64Array(method.stateSize(parameters));
      if (variant === 'tsb') {
        // It starts from how often there was demand at all.
        const demands = series.reduce((count, value) => count + (value === value && value !== 0 ? 1 : 0), 0);
        state[1] = demands / observed;
      }
      const first = series.findIndex((value) => value === value && value !== 0);
      const from = first < 0 ? 0 : first + 1;
      return fitRecursive(series, observed, { method, parameters, state, from });
    },
  });
}
