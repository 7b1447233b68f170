import { withDeadline, type CallOptions } from '@novacron/core';
import { fillMissing } from '../decompose/fill-missing.ts';
import { invalid, MlError } from '../error.ts';
import { buildForecast } from '../forecast/build-forecast.ts';
import type { Forecast, ForecastOptions } from '../forecast/contract.ts';
import { checkedInteger, checkOptions, longestSeason, observedCount, toValues } from '../values.ts';
import { baseOf, scaleWindow } from './scaled-window.ts';

/** A model that onnxruntime has loaded: its `InferenceSession` fits. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
}

/** How a model is asked. */
export interface OnnxForecasterOptions {
  /** `await InferenceSession.create(path)` of onnxruntime-node or onnxruntime-web. */
  readonly session: OnnxSession;
  /** `Tensor` of the same package. */
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => unknown;
  /** Values that the model looks at. */
  readonly inputLength: number;
  /** Values that it predicts at once. */
  readonly outputLength: number;
  /** What follows the number of windows and `inputLength` in the form of its input: `[1]` for one feature. @default [] */
  readonly features?: readonly 1[] | undefined;
  /**
   * `window`: windows are given less their mean, in their spread, and what it predicts is counted from the season before in
   * that spread, as the networks of this package do. `none`: values go in and come out as they are. @default 'none'
   */
  readonly scaling?: 'window' | 'none' | undefined;
  /** Steps in a season, for scaling and for gaps. @default 1 */
  readonly seasonLength?: number | undefined;
}

/**
 * Forecasts with somebody's model. It is no `Forecaster`, whose calls are synchronous while those of onnxruntime are
 * not, and it has nothing of its own to keep: no `fit`, since the model has learned already; no `update`, since each forecast
 * is handed the series up to now; no `toJSON`, since the `.onnx` file and these options are all there is; no `simulate`.
 */
export interface OnnxForecaster {
  /**
   * Forecasts what follows a series. Beyond `outputLength` steps it goes on from its own forecasts. Intervals are normal, as
   * wide as the errors that the model makes at each step from the last 100 places of the series that it can look back from.
   *
   * @param values - Oldest first, at least `inputLength`; NaN means missing and is filled from its phase.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are fewer values than the model looks at.
   * @throws {MlError} NOVA_ML_INVALID when a value, the horizon or a level is out of range, or when the model answers with
   * something else than `outputLength` numbers a window.
   * @throws {NovaError} NOVA_CORE_ABORTED or NOVA_CORE_TIMEOUT
   */
  forecast(values: ArrayLike<number>, horizon: number, options?: ForecastOptions & CallOptions): Promise<Forecast>;
}

const mostOrigins = 100;
const longestHorizon = 100_000;

/**
 * Forecasts with a model in the format of ONNX, through onnxruntime, which is handed in: this package does not import it, so
 * that onnxruntime-node (300 MB), onnxruntime-web or another engine of the same form may be taken, of any version.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the model has not one input and an output.
 *
 * @example
 * ```ts no-run
 * import { onnxForecaster, type OnnxForecasterOptions, type OnnxSession } from '@novacron/ml/neural';
 *
 * declare const ort: {
 *   InferenceSession: { create(path: string): Promise<OnnxSession> };
 *   Tensor: OnnxForecasterOptions['Tensor'];
 * }; // import * as ort from 'onnxruntime-node';
 * const session = await ort.InferenceSession.create('load.onnx');
 * const model = onnxForecaster({ session, Tensor: ort.Tensor, inputLength: 48, outputLength: 24 });
 * const { mean } = await model.forecast(new Array(200).fill(1), 24);
 * ```
 */
export function onnxForecaster(options: OnnxForecasterOptions): OnnxForecaster {
  checkOptions(options);
  const { session, Tensor, features = [], scaling = 'none' } = options;
  const inputLength = checkedInteger(options.inputLength, 'inputLength', 1, 100_000);
  const outputLength = checkedInteger(options.outputLength, 'outputLength', 1, 10_000);
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;
  if (inputName === undefined || session.inputNames.length > 1 || outputName === undefined) {
    throw invalid(`The model must have one input, not ${session.inputNames.length}`, { inputs: session.inputNames });
  }
  if (scaling === 'window' && inputLength < seasonLength) {
    throw invalid('inputLength must hold a season', { inputLength, seasonLength });
  }

  const predict = async (values: Float64Array, ends: readonly number[]): Promise<Float64Array> => {
    const windows = new Float32Array(ends.length * inputLength);
    const spreads = ends.map((end, row) => {
      if (scaling === 'window') return scaleWindow(values, end, inputLength, windows, row * inputLength).spread;
      windows.set(values.subarray(end - inputLength, end), row * inputLength);
      return 1;
    });
    const tensor = new Tensor('float32', windows, [ends.length, inputLength, ...features]);
    const data = (await session.run({ [inputName]: tensor }))[outputName]?.data;
    const numbers = ArrayBuffer.isView(data) ? (data as unknown as ArrayLike<number>) : { length: 0 };
    if (numbers.length !== ends.length * outputLength) {
      throw invalid(`The model gave ${numbers.length} numbers for ${ends.length} windows of ${outputLength} steps`, {
        output: outputName,
      });
    }
    return Float64Array.from({ length: numbers.length }, (_, place) => {
      const number = numbers[place];
      if (typeof number !== 'number' || !Number.isFinite(number)) {
        throw invalid('The model gave something that is no finite number', { output: outputName, place });
      }
      const row = Math.floor(place / outputLength);
      if (scaling === 'none') return number;
      const base = baseOf(values, ends[row] as number, place % outputLength, seasonLength);
      return base + number * (spreads[row] as number);
    });
  };

  const pathOf = async (past: Float64Array, horizon: number, signal: AbortSignal): Promise<Float64Array> => {
    const path = new Float64Array(past.length + horizon + outputLength);
    path.set(past);
    for (let end = past.length; end < past.length + horizon && !signal.aborted; end += outputLength) {
      path.set(await predict(path, [end]), end);
    }
    return path.subarray(past.length);
  };

  const deviationsOf = async (known: Float64Array, filled: Float64Array): Promise<Float64Array> => {
    const last = known.length - outputLength;
    const first = Math.max(inputLength, last - mostOrigins + 1);
    const deviations = new Float64Array(outputLength);
    if (last < first) return deviations;
    const ends = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const predicted = await predict(filled, ends);
    for (let step = 0; step < outputLength; step++) {
      let squares = 0;
      let count = 0;
      for (const [row, end] of ends.entries()) {
        const error = (known[end + step] as number) - (predicted[row * outputLength + step] as number);
        if (error !== error) continue;
        squares += error * error;
        count++;
      }
      deviations[step] = Math.sqrt(squares / Math.max(1, count));
    }
    return deviations;
  };

  return {
    forecast: (values, horizon, asked = {}) =>
      withDeadline(asked, async (signal) => {
        const known = toValues(values);
        checkedInteger(horizon, 'horizon', 1, longestHorizon);
        if (known.length < inputLength || observedCount(known) === 0) throw tooShort(inputLength, known.length);
        const filled = fillMissing(known, seasonLength);
        const path = await pathOf(filled, horizon, signal);
        const deviations = await deviationsOf(known, filled);
        return buildForecast(horizon, asked, (mean, deviation) => {
          const lastVariance = (deviations[outputLength - 1] as number) ** 2;
          for (let step = 0; step < horizon; step++) {
            mean[step] = path[step] as number;
            const own = deviations[step % outputLength] as number;
            deviation[step] = Math.sqrt(Math.floor(step / outputLength) * lastVariance + own * own);
          }
        });
      }),
  };
}

function tooShort(needed: number, length: number): MlError {
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `This model looks at the last ${needed} values, and there are ${length}`,
    details: { needed, length },
  });
}
