import { Adam } from './adam.ts';
import { forwardInParts } from './forward-in-parts.ts';
import { huberLoss } from './huber-loss.ts';
import type { Batch, LearningSet } from './learning-set.ts';
import type { Network } from './network.ts';
import { Tape } from './tensor.ts';

/** How far learning has come. */
export interface NeuralProgress {
  /** Epochs that are over. */
  readonly epoch: number;
  /** The most there will be. */
  readonly epochs: number;
  /** The mean loss of the epoch's batches. */
  readonly loss: number;
  /** The loss of what is not learned from; NaN when all series are too short to leave some out. */
  readonly checkedLoss: number;
}

/** How a network is trained. */
export interface Training {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Epochs without a better checked loss after which it ends. */
  readonly patience: number;
  readonly random: () => number;
  /** Awaited between steps: throws when there is no time left, and lets others work. */
  readonly turn: () => Promise<void>;
  readonly onProgress: ((progress: NeuralProgress) => void) | undefined;
}

const mostBatches = 200;

/** One step of learning: forward, back, and the parameters moved. @returns the loss */
export function trainStep(network: Network, adam: Adam, batch: Batch, learningRate: number): number {
  const tape = new Tape((length) => new Float32Array(length), true);
  const loss = huberLoss(tape, network.forward(tape, batch.windows, batch.count), batch.targets);
  tape.backward();
  adam.step(learningRate);
  return loss;
}

/** Learns until the checked loss gets no better, and leaves the network as it was when that was lowest. */
export async function trainNetwork(network: Network, set: LearningSet, training: Training): Promise<NeuralProgress[]> {
  const { epochs, batchSize, patience, random, turn, onProgress } = training;
  const adam = new Adam(network.parameters);
  const checks = set.checks();
  const batches = Math.max(1, Math.min(mostBatches, Math.ceil(set.size / batchSize)));
  const history: NeuralProgress[] = [];
  let best = Infinity;
  let kept = network.parameters.map(({ data }) => data.slice());
  let worse = 0;
  for (let epoch = 1; epoch <= epochs && worse < patience; epoch++) {
    // From the full rate to a tenth of it along half a cosine (Loshchilov and Hutter 2017).
    const rate = training.learningRate * (0.55 + 0.45 * Math.cos((Math.PI * (epoch - 1)) / epochs));
    let total = 0;
    for (let i = 0; i < batches; i++) {
      await turn();
      total += trainStep(network, adam, set.draw(batchSize, random) as Batch, rate);
    }
    const checkedLoss = checks === undefined ? Number.NaN : await lossOf(network, checks, turn);
    const progress = { epoch, epochs, loss: total / batches, checkedLoss };
    history.push(progress);
    onProgress?.(progress);
    if (checkedLoss < best || checks === undefined) {
      best = checkedLoss;
      kept = network.parameters.map(({ data }) => data.slice());
      worse = 0;
    } else worse++;
  }
  for (const [k, { data }] of network.parameters.entries()) data.set(kept[k] as Float32Array);
  return history;
}

/** The mean loss over windows that nothing is learned from. */
async function lossOf(network: Network, batch: Batch, turn: () => Promise<void>): Promise<number> {
  let total = 0;
  let count = 0;
  await forwardInParts(network, batch, turn, (tape, predicted, targets) => {
    const known = targets.reduce((sum, target) => sum + (target === target ? 1 : 0), 0);
    total += known * huberLoss(tape, predicted, targets);
    count += known;
  });
  return total / Math.max(1, count);
}
