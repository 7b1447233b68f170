import type { CallOptions } from '@novacron/core';
import { fillMissing } from '../decompose/fill-missing.ts';
import { invalid, MlError } from '../error.ts';
import { damaged } from '../json/floats.ts';
import { SavedReader } from '../json/saved-reader.ts';
import { observedCount, toValues } from '../values.ts';
import { inRounds } from './onnx-deadline.ts';
import { FittedOnnx } from './onnx-fitted.ts';
import { OnnxModel, type OnnxForecasterOptions, type OnnxShape } from './onnx-model.ts';

/**
 * A forecaster that asks somebody's model. It has the form of every other, but that `fit`, `forecast` and `simulate` give
 * promises, since onnxruntime does.
 */
export interface OnnxForecaster {
  /** The model's path, name or hash. */
  readonly name: string;
  /**
   * Has the model look at a series. It has learned already: what is measured here is how far it is off on this series, from
   * the last 100 places that it can look back from. Without any error there would be nothing to say how wide intervals are;
   * one is enough to go on, but says little: some 20 values more than `inputLength` are a good beginning.
   *
   * @param values - Oldest first, at least `inputLength + 1`; NaN means missing and is filled from its phase.
   * @throws {MlError} NOVA_ML_TOO_SHORT when there are fewer values, or none to compare a prediction with.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number, or when the model answers with
   * something else than `outputLength` numbers a window.
   * @throws {MlError} NOVA_ML_INTERNAL when the session fails, as one that was released or whose model takes other inputs
   * does; its error is the cause.
   * @throws {MlError} NOVA_ML_ABORTED when the signal fires.
   * @throws {MlError} NOVA_ML_TIMEOUT when `timeoutMs` has passed.
   */
  fit(values: ArrayLike<number>, options?: CallOptions): Promise<FittedOnnx>;
  /**
   * Brings back what was fitted with this model: forecasts and updates are the same to the last bit.
   *
   * @param saved - What `JSON.parse` gave, or the text itself.
   * @throws {MlError} NOVA_ML_DAMAGED when it does not describe one.
   * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version.
   * @throws {MlError} NOVA_ML_INVALID when it was fitted with another model, or with other options.
   */
  fromJSON(saved: unknown): FittedOnnx;
}

const mostPlaces = 100;

/**
 * Forecasts with a model in the format of ONNX, through onnxruntime, which is handed in: this package does not import it, so
 * that onnxruntime-node (300 MB), onnxruntime-web or another engine of the same form may be taken, of any version.
 *
 * @throws {MlError} NOVA_ML_INVALID when there is no session or `Tensor`, an option is out of range, or the model has not one
 * input and an output.
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
 * const model = onnxForecaster({ session, Tensor: ort.Tensor, inputLength: 48, outputLength: 24, model: 'load.onnx' });
 * const fitted = await model.fit(new Array(200).fill(1));
 * const { mean } = await fitted.forecast(24);
 * fitted.update([1]);
 * const again = model.fromJSON(JSON.stringify(fitted)); // with the session at hand
 * ```
 */
export function onnxForecaster(options: OnnxForecasterOptions): OnnxForecaster {
  const model = new OnnxModel(options);
  const { inputLength, outputLength, seasonLength, source } = model.shape;
  const windowLength = Math.max(inputLength, seasonLength);
  return {
    name: source,
    fit: (values, callOptions = {}) =>
      inRounds(callOptions, 'The fits', async (turn) => {
        const known = toValues(values);
        const observed = observedCount(known);
        if (known.length <= inputLength || observed === 0) throw tooShort(inputLength, known.length, observed);
        const filled = fillMissing(known, seasonLength);
        const ends = measuredAt(known.length, model.shape);
        const predicted = await model.predict(filled, ends, turn);
        const deviations = deviationsOf(known, ends, predicted, outputLength);
        if (deviations === undefined) throw tooShort(inputLength, known.length, observed);
        const fittedValues = new Float64Array(known.length).fill(NaN);
        for (const [row, end] of ends.entries()) {
          if (end >= known.length - mostPlaces) fittedValues[end] = predicted[row * outputLength] as number;
        }
        // A season that is longer than the series begins with the oldest value.
        const window = new Float64Array(windowLength).fill(filled[0] as number);
        const part = filled.subarray(Math.max(0, filled.length - windowLength));
        window.set(part, windowLength - part.length);
        return new FittedOnnx(model, {
          window,
          deviations,
          observed,
          fittedValues,
          residuals: known.map((value, i) => value - (fittedValues[i] as number)),
        });
      }),
    fromJSON: (saved) => {
      const reader = new SavedReader(saved);
      if (reader.head('novacron-forecaster') !== 'onnx') throw damaged('it is another model');
      checkSame(reader, model.shape);
      const fittedValues = reader.floats('fittedValues', { missing: true });
      const deviations = reader.floats('deviations', { length: outputLength });
      if (deviations.some((deviation) => deviation < 0)) throw damaged('deviations must not be negative');
      return new FittedOnnx(model, {
        window: reader.floats('window', { length: windowLength }),
        deviations,
        observed: reader.integer('observed', 1, fittedValues.length),
        fittedValues,
        residuals: reader.floats('residuals', { length: fittedValues.length, missing: true }),
      });
    },
  };
}

/** Where windows end whose errors are measured: the last places, and the last from which all steps are known. */
function measuredAt(length: number, { inputLength, outputLength }: OnnxShape): readonly number[] {
  const until = (end: number): number[] => Array.from({ length: mostPlaces }, (_, i) => end - mostPlaces + 1 + i);
  const ends = new Set([...until(length - outputLength), ...until(length - 1)]);
  return [...ends].filter((end) => end >= inputLength).toSorted((a, b) => a - b);
}

/**
 * The spread of the errors at each step; a step from which nothing is known yet has that of the nearest one before, or of the
 * first that is known.
 *
 * @returns undefined when there is no error at all.
 */
function deviationsOf(
  known: Float64Array,
  ends: readonly number[],
  predicted: Float64Array,
  outputLength: number,
): Float64Array | undefined {
  const deviations = new Float64Array(outputLength);
  for (let step = 0; step < outputLength; step++) {
    let squares = 0;
    let count = 0;
    for (let row = ends.length - 1; row >= 0 && count < mostPlaces; row--) {
      const value = known[(ends[row] as number) + step]; // none beyond the end of the series
      if (value === undefined || value !== value) continue;
      squares += (value - (predicted[row * outputLength + step] as number)) ** 2;
      count++;
    }
    deviations[step] = count > 0 ? Math.sqrt(squares / count) : (deviations[step - 1] ?? NaN);
  }
  const first = deviations.find((deviation) => deviation === deviation);
  return first === undefined ? undefined : deviations.map((deviation) => (deviation === deviation ? deviation : first));
}

function checkSame(reader: SavedReader, shape: OnnxShape): void {
  for (const [field, here] of Object.entries(shape) as [string, string | number][]) {
    const there = typeof here === 'string' ? reader.text(field) : reader.integer(field, 1, Number.MAX_SAFE_INTEGER);
    if (there === here) continue;
    throw invalid(`It was fitted with ${field} ${JSON.stringify(there)}, and this model has ${JSON.stringify(here)}`, {
      field,
      here,
      there,
    });
  }
}

function tooShort(inputLength: number, length: number, observed: number): MlError {
  const needed = inputLength + 1;
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message:
      `This model looks at ${inputLength} values, and needs one more to learn from what its errors are: at least ${needed}, ` +
      `and an observed one among the last ${mostPlaces} of those that follow the first ${inputLength}, ` +
      `but there are ${length}, ${observed} of them observed`,
    details: { needed, length, observed },
  });
}
