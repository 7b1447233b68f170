/**
 * CPU milliseconds of one step of learning: 32 windows of 48 values, 32 hidden numbers, forward, back and Adam. The peer is
 * tfjs on its WebAssembly backend, where it is installed:
 *
 *     npm install --no-save @tensorflow/tfjs @tensorflow/tfjs-backend-wasm
 */
import { seededRandom } from '@novacron/core';
import { Adam } from '../../packages/ml/src/neural/adam.ts';
import { Network, type Architecture, type NetworkShape } from '../../packages/ml/src/neural/network.ts';
import { trainStep } from '../../packages/ml/src/neural/train-network.ts';
import { tfjsSteps } from './tfjs.ts';

const [windows, inputLength, hidden] = [32, 48, 32];
const rounds = 10;

const random = seededRandom(1);
const inputs = Float32Array.from({ length: windows * inputLength }, () => random() - 0.5);
const targets = Float32Array.from({ length: windows }, () => random());
const peers = await tfjsSteps({ windows, inputLength, hidden, inputs, targets });

for (const architecture of ['lstm', 'gru', 'transformer'] as const) {
  const { step, weights } = ownStep(architecture);
  const ours = await cpuMs(step);
  const peerStep = peers?.[architecture];
  const peer = peerStep === undefined ? null : await cpuMs(peerStep);
  const line = {
    figure: `${architecture}-step`,
    ours: round(ours),
    peer: peer === null ? null : round(peer),
    peerName: 'tfjs on WebAssembly',
    unit: 'cpu-ms',
    better: 'lower',
    ratio: peer === null ? null : round(ours / peer),
    data: `${weights} weights, ${windows} windows of ${inputLength} values`,
    runs: rounds,
    ...(peer === null
      ? { reason: peers === undefined ? 'tfjs is not installed, see bench/neural/index.ts' : 'it has no such layer' }
      : {}),
  };
  console.log(JSON.stringify(line));
}

function ownStep(architecture: Architecture): { readonly step: () => void; readonly weights: number } {
  const patchLength = architecture === 'transformer' ? 4 : 1;
  const shape: NetworkShape = { architecture, inputLength, outputLength: 1, hidden, layers: 1, heads: 4, patchLength };
  const network = new Network(shape, (length) => new Float32Array(length), random);
  const adam = new Adam(network.parameters);
  return {
    step: () => void trainStep(network, adam, { count: windows, windows: inputs, targets }, 0.003),
    weights: network.parameters.reduce((sum, { data }) => sum + data.length, 0),
  };
}

/** The best of some rounds of ten steps: other work on the machine only adds. */
async function cpuMs(step: () => void | Promise<void>): Promise<number> {
  for (let i = 0; i < 10; i++) await step();
  let best = Infinity;
  for (let each = 0; each < rounds; each++) {
    const before = process.cpuUsage();
    for (let i = 0; i < 10; i++) await step();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 10_000);
  }
  return best;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
