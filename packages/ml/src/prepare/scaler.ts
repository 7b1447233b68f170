import { invalid, MlError } from '../error.ts';
import { damaged } from '../json/floats.ts';
import { SavedReader } from '../json/saved-reader.ts';
import { checkedValue, toValues } from '../values.ts';
import { boxCox, boxCoxLambda, inverseBoxCox } from './box-cox.ts';

/** How values are scaled. */
export type ScalerMethod = 'standard' | 'min-max' | 'robust' | 'log' | 'box-cox';

/** Options of a scaler. */
export interface ScalerOptions {
  /**
   * `'standard'`: mean 0, deviation 1; `'min-max'`: 0 to 1; `'robust'`: median 0, range of the quartiles 1; `'log'`:
   * logarithms; `'box-cox'`: the power that makes the spread even. @default 'standard'
   */
  readonly method?: ScalerMethod | undefined;
  /** The power of `'box-cox'`. @default chosen by Guerrero's method */
  readonly lambda?: number | undefined;
  /** Steps in a season, over which Guerrero's method compares spreads. @default 2 */
  readonly seasonLength?: number | undefined;
}

const methods: readonly ScalerMethod[] = ['standard', 'min-max', 'robust', 'log', 'box-cox'];

/** A scaler that has seen a past; it knows nothing of what it is applied to later. */
export class Scaler {
  /** How it scales. */
  readonly method: ScalerMethod;
  /** What is taken away; 0 for powers. */
  readonly centre: number;
  /** What is divided by; 1 for powers. */
  readonly scale: number;
  /** The power; 0 is the logarithm, 1 for the methods without one. */
  readonly lambda: number;

  /** @param fitted - Its numbers; use {@link fitScaler}. */
  constructor(fitted: Pick<Scaler, 'method' | 'centre' | 'scale' | 'lambda'>) {
    this.method = fitted.method;
    this.centre = fitted.centre;
    this.scale = fitted.scale;
    this.lambda = fitted.lambda;
  }

  /**
   * Scales values; those beyond the past land beyond its range. Missing ones (NaN) stay.
   *
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, or has no power because it is not above 0.
   */
  transform(values: ArrayLike<number>): Float64Array {
    const series = toValues(values);
    if (!this.#isPower) return series.map((value) => (value - this.centre) / this.scale);
    return series.map((value, i) => boxCox(positive(value, i), this.lambda));
  }

  /**
   * Brings values back.
   *
   * @param variances - Of each scaled value, where they are means of a forecast: the mean of a power is not the power of
   * the mean, and this corrects for it to the second order. Without it medians come back, and bounds of intervals.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, or variances are not as many as values.
   * @throws {MlError} NOVA_ML_OVERFLOW when a number would be infinite.
   */
  inverse(values: ArrayLike<number>, variances?: ArrayLike<number>): Float64Array {
    if (variances !== undefined && variances.length !== values.length) {
      throw invalid('There must be as many variances as values', {
        values: values.length,
        variances: variances.length,
      });
    }
    return toValues(values).map((value, i) => {
      const variance = variances === undefined ? 0 : checkedValue(variances[i], i);
      const back = this.#isPower ? inverseBoxCox(value, this.lambda, variance) : value * this.scale + this.centre;
      if (Math.abs(back) === Infinity) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_OVERFLOW',
          message: `values[${i}] leaves the range of numbers`,
        });
      }
      return back;
    });
  }

  /** Its numbers, as plain JSON. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { method, centre, scale, lambda } = this;
    return { format: 'novacron-scaler', version: 1, model: method, centre, scale, lambda };
  }

  /**
   * Brings a saved scaler back.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version.
   */
  static fromJSON(saved: unknown): Scaler {
    const reader = new SavedReader(saved);
    const name = reader.head('novacron-scaler');
    const method = methods.find((known) => known === name);
    if (method === undefined) throw damaged(`the method must be one of ${methods.join(', ')}`);
    return new Scaler({
      method,
      centre: reader.number('centre', -Number.MAX_VALUE, Number.MAX_VALUE),
      scale: reader.number('scale', Number.MIN_VALUE, Number.MAX_VALUE),
      lambda: reader.number('lambda', -5, 5),
    });
  }

  get #isPower(): boolean {
    return this.method === 'log' || this.method === 'box-cox';
  }
}

/**
 * Learns how to scale from a past: hand it the training part only, and apply it to what comes later.
 *
 * @param past - Missing values (NaN) are left out. A past that never changes is only centred.
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range, or has no logarithm.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no value is observed.
 *
 * @example
 * ```ts
 * import { fitScaler } from '@novacron/ml';
 *
 * const scaler = fitScaler([10, 20, 30], { method: 'min-max' });
 * [...scaler.transform([20, 40])] // => [0.5, 1.5]
 * [...scaler.inverse([0.5])] // => [20]
 * ```
 */
export function fitScaler(past: ArrayLike<number>, options: ScalerOptions = {}): Scaler {
  const { method = 'standard' } = options;
  const values = toValues(past).filter((value) => value === value);
  if (values.length === 0) {
    throw new MlError({ kind: 'invalid', code: 'NOVA_ML_TOO_SHORT', message: 'There is no observed value' });
  }
  const sorted = values.toSorted();
  const quantile = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)] as number;
    return low + (place % 1) * ((sorted[Math.ceil(place)] as number) - low);
  };
  const linear = (centre: number, spread: number): Scaler => {
    const scale = spread > Math.abs(centre) * Number.EPSILON ? spread : 1;
    return new Scaler({ method, centre, scale, lambda: 1 });
  };
  switch (method) {
    case 'standard': {
      const mean = values.reduce((sum, value) => sum + value / values.length, 0);
      // Deviations over the largest of them, so that no square leaves the range of numbers.
      const unit = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0) || 1;
      const squares = values.reduce((sum, value) => sum + ((value - mean) / unit) ** 2 / values.length, 0);
      return linear(mean, Math.sqrt(squares) * unit);
    }
    case 'min-max':
      return linear(quantile(0), quantile(1) - quantile(0));
    case 'robust':
      return linear(quantile(0.5), quantile(0.75) - quantile(0.25));
    case 'log':
    case 'box-cox': {
      values.forEach(positive);
      const lambda = method === 'log' ? 0 : (options.lambda ?? boxCoxLambda(past, options.seasonLength));
      if (!(lambda >= -5 && lambda <= 5)) throw invalid('lambda must be from -5 to 5', { lambda });
      return new Scaler({ method, centre: 0, scale: 1, lambda });
    }
    default:
      throw invalid(`method must be one of ${methods.join(', ')}, not ${String(method)}`, { method });
  }
}

/** @throws {MlError} NOVA_ML_INVALID when it is not above 0 and not missing. */
function positive(value: number, index: number): number {
  if (value <= 0) throw invalid(`Only values above 0 have powers, but values[${index}] is ${value}`, { index, value });
  return value;
}
