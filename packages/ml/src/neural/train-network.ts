import type { Clock } from '@novacron/core';
import { Adam } from './adam.ts';
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
  readonly clock: Clock;
  /** Throws when there is no time left. */
  readonly check: () => void;
  readonly onProgress: ((progress: NeuralProgress) => void) | undefined;
}

const mostBatches = 200;
const turnMs = 20;

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
  const { epochs, batchSize, patience, random, clock, check, onProgress } = training;
  const adam = new Adam(network.parameters);
  const checks = set.checks();
  const batches = Math.max(1, Math.min(mostBatches, Math.ceil(set.size / batchSize)));
  const history: NeuralProgress[] = [];
  let best = Infinity;
  let kept = network.parameters.map(({ data }) => data.slice());
  let worse = 0;
  let turnStartedMs = clock.monotonic();
  for (let epoch = 1; epoch <= epochs && worse < patience; epoch++) {
    // From the full rate to a tenth of it along half a cosine (Loshchilov and Hutter 2017).
    const rate = training.learningRate * (0.55 + 0.45 * Math.cos((Math.PI * (epoch - 1)) / epochs));
    let total = 0;
    for (let i = 0; i < batches; i++) {
      check();
      total += trainStep(network, adam, set.draw(batchSize, random) as Batch, rate);
      if (clock.monotonic() - turnStartedMs > turnMs) {
        await clock.sleep(0);
        turnStartedMs = clock.monotonic();
      }
    }
    const checkedLoss = checks === undefined ? Number.NaN : lossOf(network, checks);
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

function lossOf(network: Network, { windows, targets, count }: Batch): number {
  const tape = new Tape((length) => new Float32Array(length), false);
  return huberLoss(tape, network.forward(tape, windows, count), targets);
}
