import { invalid, MlError } from '../error.ts';
import { sha256 } from '../prepare/sha256.ts';
import { checkedInteger, checkOptions, longestSeason } from '../values.ts';
import { checkedOutput, type OnnxOutput } from './onnx-output.ts';
import { baseOf, scaleWindow } from './scaled-window.ts';

/** A model that onnxruntime has loaded: its `InferenceSession` fits. */
export interface OnnxSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, { readonly data: unknown; readonly dims?: readonly number[] | undefined }>>>;
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
   * The most windows that are run at once, 1 to 1,000. More make `fit`, which runs up to 200, quicker, where the first
   * dimension of the model's input is free; one of a fixed 1 takes no more. @default 1
   */
  readonly batchSize?: number | undefined;
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
  readonly #batchSize: number;
  readonly #inputName: string;
  readonly #outputName: string;

  /**
   * @param options - The session, and how it is asked.
   * @throws {MlError} NOVA_ML_INVALID when there is no session or `Tensor`, an option is out of range, or the model has not
   * one input and an output.
   */
  constructor(options: OnnxForecasterOptions) {
    checkOptions(options);
    const { session, Tensor, features = [], scaling = 'none', model = 'onnx' } = options;
    const { inputName, outputName } = namesOf(session);
    if (typeof Tensor !== 'function') {
      throw invalid('Tensor must be the class of onnxruntime, ort.Tensor', { option: 'Tensor' });
    }
    const inputLength = checkedInteger(options.inputLength, 'inputLength', 1, 100_000);
    const outputLength = checkedInteger(options.outputLength, 'outputLength', 1, 10_000);
    const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
    this.#batchSize = checkedInteger(options.batchSize ?? 1, 'batchSize', 1, 1_000);
    if (!Array.isArray(features) || features.some((size) => size !== 1)) {
      throw invalid('features must be a list of 1, like [1]', { option: 'features' });
    }
    if (scaling !== 'window' && scaling !== 'none') {
      throw invalid(`scaling must be window or none, not ${String(scaling)}`, { option: 'scaling', scaling });
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
    this.#features = [...features];
    this.#inputName = inputName;
    this.#outputName = outputName;
  }

  /**
   * What follows some places of a series, place by place.
   *
   * @param values - Without gaps.
   * @param ends - Where the windows end, which is out.
   * @param turn - Awaited before each run.
   * @throws {MlError} NOVA_ML_INVALID when the model answers with something else than `outputLength` numbers a window.
   * @throws {MlError} NOVA_ML_INTERNAL when the session fails.
   */
  async predict(values: Float64Array, ends: readonly number[], turn: () => Promise<void>): Promise<Float64Array> {
    const { inputLength, outputLength, seasonLength, scaling } = this.shape;
    const predicted = new Float64Array(ends.length * outputLength);
    for (let first = 0; first < ends.length; first += this.#batchSize) {
      await turn();
      const batch = ends.slice(first, first + this.#batchSize);
      const windows = new Float32Array(batch.length * inputLength);
      const spreads = batch.map((end, row) => {
        if (scaling === 'window') return scaleWindow(values, end, inputLength, windows, row * inputLength).spread;
        windows.set(values.subarray(end - inputLength, end), row * inputLength);
        return 1;
      });
      const output = await this.#run(windows, [batch.length, inputLength, ...this.#features]);
      const numbers = checkedOutput(output, this.#outputName, batch.length, outputLength);
      for (const [row, end] of batch.entries()) {
        for (let step = 0; step < outputLength; step++) {
          const base = scaling === 'none' ? 0 : baseOf(values, end, step, seasonLength);
          const number = numbers[row * outputLength + step] as number;
          predicted[(first + row) * outputLength + step] = base + number * (spreads[row] as number);
        }
      }
    }
    return predicted;
  }

  /**
   * What follows a series, going on from its own answers beyond `outputLength`.
   *
   * @param past - Without gaps.
   * @param turn - Awaited before each run.
   * @throws {MlError} NOVA_ML_INVALID when the model answers with something else than `outputLength` numbers a window.
   * @throws {MlError} NOVA_ML_INTERNAL when the session fails.
   */
  async path(past: Float64Array, horizon: number, turn: () => Promise<void>): Promise<Float64Array> {
    const { outputLength } = this.shape;
    const path = new Float64Array(past.length + horizon + outputLength);
    path.set(past);
    for (let end = past.length; end < past.length + horizon; end += outputLength) {
      path.set(await this.predict(path, [end], turn), end);
    }
    return path.subarray(past.length, past.length + horizon);
  }

  async #run(windows: Float32Array, form: readonly number[]): Promise<OnnxOutput | undefined> {
    try {
      const input = new this.#Tensor('float32', windows, form);
      const outputs: Readonly<Record<string, OnnxOutput>> | undefined = await this.#session.run({
        [this.#inputName]: input,
      });
      const output = outputs?.[this.#outputName];
      return output && { data: output.data, dims: output.dims }; // onnxruntime throws here when they are on another device
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MlError({
        kind: 'internal',
        message:
          `The session failed on an input of the form [${form.join(', ')}]: ${reason}. Compare inputLength, features and ` +
          'batchSize with the input of the model, and see that the session was not released',
        cause,
        details: { input: this.#inputName, form },
      });
    }
  }
}

/** @throws {MlError} NOVA_ML_INVALID when it is no session, or has not one input and an output. */
function namesOf(session: Partial<OnnxSession> | null | undefined): { inputName: string; outputName: string } {
  const { run, inputNames, outputNames } = session ?? {};
  if (typeof run !== 'function' || !Array.isArray(inputNames) || !Array.isArray(outputNames)) {
    throw invalid('session must be what await ort.InferenceSession.create(path) gives', { option: 'session' });
  }
  const [inputName, outputName]: unknown[] = [inputNames[0], outputNames[0]];
  if (typeof inputName !== 'string' || inputNames.length > 1 || typeof outputName !== 'string') {
    throw invalid(
      `The model must have one input and an output at least, not ${inputNames.length} and ${outputNames.length}`,
      { inputs: inputNames, outputs: outputNames },
    );
  }
  return { inputName, outputName };
}
