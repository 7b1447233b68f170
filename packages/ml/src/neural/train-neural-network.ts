import { seededRandom, systemClock } from '@novacron/core';
import { fillMissing } from '../decompose/fill-missing.ts';
import { invalid, MlError } from '../error.ts';
import { fitBudget, type FitOptions } from '../fit-budget.ts';
import { powerOfTwoNear } from '../forecast/power-of-two-near.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../values.ts';
import { forwardInParts } from './forward-in-parts.ts';
import { LearningSet, type Batch, type LearningSeries } from './learning-set.ts';
import { architectures, Network, type Architecture, type NetworkShape } from './network.ts';
import { checkedShape } from './network-shape.ts';
import { NeuralNetwork } from './neural-network.ts';
import { trainNetwork, type NeuralProgress } from './train-network.ts';
import { turns } from './turns.ts';

/** What a network is like and how it learns. */
export interface NeuralOptions extends FitOptions {
  /** @default 'gru' */
  readonly architecture?: Architecture | undefined;
  /** Values that it looks at; 2 to 100,000. @default two seasons, at least 24 */
  readonly inputLength?: number | undefined;
  /** Values that it predicts at once; beyond, it goes on from its own forecasts. 1 to 10,000. @default a season, at least 8 */
  readonly outputLength?: number | undefined;
  /** Steps in a season: what follows is counted from the season before; with 1, from the last value. @default 1 */
  readonly seasonLength?: number | undefined;
  /** Numbers that the past is told in; 1 to 1,024. @default 32 */
  readonly hidden?: number | undefined;
  /** Layers; 1 to 16. @default 1, and 2 of a transformer */
  readonly layers?: number | undefined;
  /** Parts of a transformer that look at the past each in its own way; `hidden` is a multiple. @default 4 */
  readonly heads?: number | undefined;
  /** Values that make one step or token; `inputLength` is a multiple. @default 1, and of a transformer 4 to 16 */
  readonly patchLength?: number | undefined;
  /** The most epochs; an epoch sees every window once, or 200 batches. @default 30 */
  readonly epochs?: number | undefined;
  /** Windows in a step of learning. @default 32 */
  readonly batchSize?: number | undefined;
  /** The rate that learning begins with; it falls to a tenth along a cosine. @default 0.003 */
  readonly learningRate?: number | undefined;
  /** Epochs without progress on what is not learned from, after which it ends. @default 5 */
  readonly patience?: number | undefined;
  /** The same seed gives the same network on the same engine. @default 1 */
  readonly seed?: number | undefined;
  /** Is told after each epoch. @default nobody is told */
  readonly onProgress?: ((progress: NeuralProgress) => void) | undefined;
}

/**
 * Trains a network on many series at once: a long short-term memory, a gated recurrent unit, or a transformer that looks
 * at patches of the past (Nie et al. 2023). One network learns what the series have in common: it pays off from some
 * hundred series, or some thousand values, on. For one series the classical methods are more accurate and a thousand times
 * faster; `autoForecast` does not use networks.
 *
 * Windows are counted from their mean in their spread, what follows from the season before; the loss is Huber's, the
 * optimiser Adam, and what each series ends with is kept aside to see when to stop. Products of matrices run in four lanes
 * of WebAssembly where the engine has them. Missing values (NaN) are filled from their phase in the past and are not
 * learned as a future. It gives way to other work every 20 ms.
 *
 * Cost: a step with 32 windows of 48 values and 32 hidden numbers takes about 10 ms of CPU.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TOO_SHORT when no series has `inputLength + outputLength` values.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal fires.
 *
 * @example
 * ```ts
 * import { trainNeuralNetwork } from '@novacron/ml/neural';
 *
 * const fleet = [1, 3, 9].map((size) => Array.from({ length: 120 }, (_, hour) => size * (5 + (hour % 6))));
 * const network = await trainNeuralNetwork(fleet, { seasonLength: 6, hidden: 8, epochs: 3 });
 * // A machine that it has never seen.
 * const fresh = network.forecaster().fit(Array.from({ length: 60 }, (_, hour) => 2 * (5 + ((hour + 3) % 6))));
 * Math.round(fresh.forecast(1).mean[0]!) // => 16
 * ```
 */
export async function trainNeuralNetwork(
  series: readonly ArrayLike<number>[],
  options: NeuralOptions = {},
): Promise<NeuralNetwork> {
  const check = fitBudget(options);
  const seasonLength = checkedInteger(options.seasonLength ?? 1, 'seasonLength', 1, longestSeason);
  const shape = shapeOf(options, seasonLength);
  const { epochs = 30, batchSize = 32, learningRate = 0.003, patience = 5, seed = 1 } = options;
  checkedInteger(epochs, 'epochs', 1, 100_000);
  checkedInteger(batchSize, 'batchSize', 1, 10_000);
  checkedInteger(patience, 'patience', 1, 100_000);
  if (!(learningRate > 0 && learningRate < 1)) throw invalid('learningRate must be between 0 and 1', { learningRate });
  const set = new LearningSet(prepared(series, shape, seasonLength), shape, seasonLength);
  if (set.size === 0) throw tooShort(shape);
  const random = seededRandom(checkedInteger(seed, 'seed', 0, 2 ** 32 - 1));
  const network = new Network(shape, (length) => new Float32Array(length), random);
  const { clock = systemClock, onProgress } = options;
  const turn = turns(clock, check);
  const training = { epochs, batchSize, learningRate, patience, random, turn, onProgress };
  const history = await trainNetwork(network, set, training);
  const batch = set.checks() ?? set.draw(256, random);
  const deviations =
    batch === undefined ? new Float64Array(shape.outputLength) : await deviationsOf(network, batch, turn);
  return new NeuralNetwork(network, seasonLength, deviations, history);
}

function shapeOf(options: NeuralOptions, seasonLength: number): NetworkShape {
  const { architecture = 'gru', hidden = 32, heads = 4 } = options;
  if (!architectures.includes(architecture)) {
    throw invalid(`architecture must be one of ${architectures.join(', ')}, not ${architecture}`, {
      architecture,
    });
  }
  const isTransformer = architecture === 'transformer';
  const inputLength = options.inputLength ?? Math.max(24, 2 * seasonLength);
  const outputLength = options.outputLength ?? Math.max(8, seasonLength);
  if (inputLength < seasonLength) {
    throw invalid(`inputLength must hold a season of ${seasonLength}, not ${inputLength}`, {
      inputLength,
      seasonLength,
    });
  }
  const usual = isTransformer ? ([8, 12, 16, 6, 4, 2].find((length) => inputLength % length === 0) ?? 1) : 1;
  const { patchLength = usual, layers = isTransformer ? 2 : 1 } = options;
  return checkedShape({ architecture, inputLength, outputLength, hidden, layers, heads, patchLength });
}

function prepared(
  series: readonly ArrayLike<number>[],
  { inputLength, outputLength }: NetworkShape,
  seasonLength: number,
): LearningSeries[] {
  return series.flatMap((values) => {
    const whole = toValues(values);
    if (whole.length < inputLength + outputLength || observedCount(whole) === 0) return [];
    const unit = powerOfTwoNear(whole);
    const known = whole.map((value) => value / unit);
    return [{ known, filled: fillMissing(known, seasonLength) }];
  });
}

/** The spread of the errors at each step, in that of the windows. */
async function deviationsOf(network: Network, batch: Batch, turn: () => Promise<void>): Promise<Float64Array> {
  const { outputLength } = network.shape;
  const squares = new Float64Array(outputLength);
  const counts = new Float64Array(outputLength);
  await forwardInParts(network, batch, turn, (_, { data }, targets) => {
    for (let i = 0; i < data.length; i++) {
      const error = (targets[i] as number) - (data[i] as number);
      if (error !== error) continue;
      (squares[i % outputLength] as number) += error * error;
      (counts[i % outputLength] as number)++;
    }
  });
  return squares.map((square, step) => Math.sqrt(square / Math.max(1, counts[step] as number)));
}

function tooShort({ inputLength, outputLength }: NetworkShape): MlError {
  const needed = inputLength + outputLength;
  return new MlError({
    kind: 'invalid',
    code: 'NOVA_ML_TOO_SHORT',
    message: `No series has the ${needed} values that a window and what follows it need`,
    details: { needed },
  });
}
