import { invalid } from '../error.ts';
import { sha256 } from '../prepare/sha256.ts';
import { checkedInteger, checkOptions, longestSeason } from '../values.ts';
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
  /**
   * Which model it is, as saved JSON says it: its path or name, or its bytes, of which the SHA-256 is kept.
   * @default 'onnx'
   */
  readonly model?: string | Uint8Array | undefined;
}

/** What a saved model is compared by. */
export interface OnnxShape {
  readonly source: string;
  readonly inputLength: number;
  readonly outputLength: number;
  readonly seasonLength: number;
  readonly scaling: 'window' | 'none';
}

/** A loaded model and how it is asked: windows of a series in, what follows them out. */
export class OnnxModel {
  /** What it is known by. */
  readonly shape: OnnxShape;
  readonly #session: OnnxSession;
  readonly #Tensor: OnnxForecasterOptions['Tensor'];
  readonly #features: readonly 1[];
  readonly #inputName: string;
  readonly #outputName: string;

  /**
   * @param options - The session, and how it is asked.
   * @throws {MlError} NOVA_ML_INVALID when an option is out of range, or the model has not one input and an output.
   */
  constructor(options: OnnxForecasterOptions) {
    checkOptions(options);
    const { session, Tensor, features = [], scaling = 'none', model = 'onnx' } = options;
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
    if (typeof model !== 'string' && !(model instanceof Uint8Array)) {
      throw invalid('model must be a path, a name or the bytes of the model', { option: 'model' });
    }
    const source = typeof model === 'string' ? model : `sha256:${sha256(model)}`;
    this.shape = { source, inputLength, outputLength, seasonLength, scaling };
    this.#session = session;
    this.#Tensor = Tensor;
    this.#features = features;
    this.#inputName = inputName;
    this.#outputName = outputName;
  }

  /**
   * What follows some places of a series, place by place.
   *
   * @param values - Without gaps.
   * @param ends - Where the windows end, which is out.
   * @throws {MlError} NOVA_ML_INVALID when the model answers with something else than `outputLength` numbers a window.
   */
  async predict(values: Float64Array, ends: readonly number[]): Promise<Float64Array> {
    const { inputLength, outputLength, seasonLength, scaling } = this.shape;
    const windows = new Float32Array(ends.length * inputLength);
    const spreads = ends.map((end, row) => {
      if (scaling === 'window') return scaleWindow(values, end, inputLength, windows, row * inputLength).spread;
      windows.set(values.subarray(end - inputLength, end), row * inputLength);
      return 1;
    });
    const tensor = new this.#Tensor('float32', windows, [ends.length, inputLength, ...this.#features]);
    const data = (await this.#session.run({ [this.#inputName]: tensor }))[this.#outputName]?.data;
    const numbers = ArrayBuffer.isView(data) ? (data as unknown as ArrayLike<number>) : { length: 0 };
    if (numbers.length !== ends.length * outputLength) {
      throw invalid(`The model gave ${numbers.length} numbers for ${ends.length} windows of ${outputLength} steps`, {
        output: this.#outputName,
      });
    }
    return Float64Array.from({ length: numbers.length }, (_, place) => {
      const number = numbers[place];
      if (typeof number !== 'number' || !Number.isFinite(number)) {
        throw invalid('The model gave something that is no finite number', { output: this.#outputName, place });
      }
      const row = Math.floor(place / outputLength);
      if (scaling === 'none') return number;
      const base = baseOf(values, ends[row] as number, place % outputLength, seasonLength);
      return base + number * (spreads[row] as number);
    });
  }

  /**
   * What follows a series, going on from its own answers beyond `outputLength`; not to the end once the signal has fired.
   *
   * @param past - Without gaps.
   * @throws {MlError} NOVA_ML_INVALID when the model answers with something else than `outputLength` numbers a window.
   */
  async path(past: Float64Array, horizon: number, signal: AbortSignal): Promise<Float64Array> {
    const { outputLength } = this.shape;
    const path = new Float64Array(past.length + horizon + outputLength);
    path.set(past);
    for (let end = past.length; end < past.length + horizon && !signal.aborted; end += outputLength) {
      path.set(await this.predict(path, [end]), end);
    }
    return path.subarray(past.length, past.length + horizon);
  }
}
