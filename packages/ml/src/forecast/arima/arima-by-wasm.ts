import { MlError } from '../../error.ts';
import { withDeadline, type CallOptions } from '@novacron/core';
import { fitBudget } from '../../fit-budget.ts';
import { checkOptions, toValues } from '../../values.ts';
import { buildForecast, checkForecast } from '../build-forecast.ts';
import { deadlineError } from '../../workers/deadline-error.ts';
import type { Forecast, ForecastOptions } from '../contract.ts';
import type { ArimaOptions } from './arima.ts';
import { checkedStructure, lostValues, armaCoefficients } from './arima-structure.ts';
import { checkedRegressors } from './regressors.ts';

/** What the second engine takes. */
export interface ArimaByWasmOptions
  extends Pick<ArimaOptions, 'order' | 'seasonal' | 'seasonLength'>, ForecastOptions, CallOptions {
  /** How many steps, 1 to 1,000,000. */
  readonly horizon: number;
  /** Outside influences over the series, a column each. @default none */
  readonly regressors?: readonly ArrayLike<number>[] | undefined;
  /** The same columns over the horizon. @default none */
  readonly futureRegressors?: readonly ArrayLike<number>[] | undefined;
}

/** As much of the package `arima` as is used. */
interface WasmArima {
  new (options: Readonly<Record<string, number | boolean>>): {
    train(values: number[], regressors?: number[][]): unknown;
    predict(horizon: number, regressors?: number[][]): readonly [readonly number[], readonly number[]];
    destroy(): void;
  };
}

/**
 * A forecast by the npm package `arima`, the C library ctsa as WebAssembly: a second opinion on {@link arima}, behind
 * the same checks, since by itself it answers bad input with nonsense. It must be installed beside this package and is
 * loaded on the first call. It knows no missing values and keeps no model, so there is nothing to update or to save. A
 * training that runs cannot be stopped: signal and time budget are looked at before it and after it.
 *
 * Cost: some 50 ms for a fixed seasonal model of 700 values. Use it to compare, not by default.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or a value is missing.
 * @throws {MlError} NOVA_ML_TOO_SHORT when there are fewer values than the model needs.
 * @throws {MlError} NOVA_ML_NOT_INSTALLED when the package `arima` cannot be loaded.
 * @throws {MlError} NOVA_ML_OVERFLOW when its answer is not a number.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 *
 * @example
 * ```ts no-run
 * import { arimaByWasm } from '@novacron/ml';
 *
 * const load = Array.from({ length: 60 }, (_, i) => 50 + (i % 12) + ((i * 7) % 5));
 * const { mean } = await arimaByWasm(load, { order: [0, 1, 1], horizon: 12 });
 * ```
 */
export async function arimaByWasm(values: ArrayLike<number>, options: ArimaByWasmOptions): Promise<Forecast> {
  checkOptions(options);
  const { order, seasonal = [0, 0, 0], seasonLength = 1, horizon } = options;
  const structure = checkedStructure({ order, seasonal, seasonLength, constant: 'none', fourier: [] });
  checkForecast(horizon, options);
  const check = fitBudget(options);
  const series = toValues(values);
  const gap = series.findIndex(Number.isNaN);
  if (gap >= 0) {
    throw new MlError({
      kind: 'invalid',
      message: `This engine knows no missing values, but values[${gap}] is missing; use arima()`,
      details: { index: gap },
    });
  }
  const regressors = checkedRegressors(options.regressors, series.length);
  const future = checkedRegressors(options.futureRegressors, horizon);
  if (regressors.length !== future.length) {
    throw new MlError({ kind: 'invalid', message: 'futureRegressors must have a column for each of the regressors' });
  }
  const needed = lostValues(structure) + armaCoefficients(structure) + regressors.length + 10;
  if (series.length < needed) {
    throw new MlError({
      kind: 'invalid',
      code: 'NOVA_ML_TOO_SHORT',
      message: `This engine needs at least ${needed} values for this model, not ${series.length}`,
      details: { needed, length: series.length },
    });
  }
  const Arima = await loadedWithin(check.rest());
  check();
  const [p, d, q] = structure.order;
  const [P, D, Q] = structure.seasonal;
  const s = P + D + Q > 0 ? seasonLength : 0;
  const model = new Arima({ p, d, q, P, D, Q, s, transpose: false, verbose: false });
  try {
    const rows = (columns: readonly Float64Array[]): number[][] | undefined =>
      columns.length === 0 ? undefined : columns.map((column) => [...column]);
    model.train([...series], rows(regressors));
    check();
    const [forecast, variances] = model.predict(horizon, rows(future));
    check();
    return buildForecast(horizon, options, (mean, deviation) => {
      for (let step = 0; step < horizon; step++) {
        mean[step] = forecast[step] as number;
        deviation[step] = Math.sqrt(Math.max(0, variances[step] as number));
      }
    });
  } finally {
    model.destroy();
  }
}

async function loadedWithin({ signal, timeoutMs }: CallOptions): Promise<WasmArima> {
  try {
    return await withDeadline({ signal, timeoutMs }, loadEngine);
  } catch (error) {
    throw deadlineError(error, 'The engine and its forecast');
  }
}

async function loadEngine(): Promise<WasmArima> {
  const engine = 'arima'; // not a literal in the import, so that bundlers leave it out
  try {
    const { default: Arima } = (await import(engine)) as { default: WasmArima };
    return Arima;
  } catch (cause) {
    throw new MlError({
      kind: 'unsupported',
      code: 'NOVA_ML_NOT_INSTALLED',
      message: 'The package arima cannot be loaded; install it: npm install arima@0.2.8',
      cause,
    });
  }
}
