import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { huberLoss } from '../../src/neural/huber-loss.ts';
import { Network, type NetworkShape } from '../../src/neural/network.ts';
import { Tape, type Floats } from '../../src/neural/tensor.ts';

const small = { inputLength: 6, outputLength: 2, hidden: 4, layers: 1, heads: 2, patchLength: 1 } as const;

const shapes: readonly (readonly [string, NetworkShape])[] = [
  ['an LSTM', { ...small, architecture: 'lstm' }],
  ['an LSTM of two layers that takes patches', { ...small, architecture: 'lstm', layers: 2, patchLength: 3 }],
  ['a GRU', { ...small, architecture: 'gru' }],
  ['a GRU of two layers that takes patches', { ...small, architecture: 'gru', layers: 2, patchLength: 2 }],
  ['a transformer', { ...small, architecture: 'transformer', patchLength: 2 }],
  ['a transformer of two layers', { ...small, architecture: 'transformer', layers: 2, patchLength: 3, heads: 4 }],
];

describe('derivatives', () => {
  it.each(shapes)('of %s are those of finite differences', (_, shape) => {
    const random = seededRandom(5);
    const allocate = (length: number): Floats => new Float64Array(length);
    const network = new Network(shape, allocate, random);
    // Far from where they begin, so that nothing is 0 by chance.
    for (const { data } of network.parameters) {
      for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + (random() - 0.5);
    }
    const count = 3;
    const windows = Float64Array.from({ length: count * shape.inputLength }, () => 2 * random() - 1);
    const targets = Float64Array.from({ length: count * shape.outputLength }, () => 3 * random() - 1.5);
    targets[1] = Number.NaN;
    const lossAt = (): number => {
      const tape = new Tape(allocate, false);
      return huberLoss(tape, network.forward(tape, windows, count), targets);
    };
    const tape = new Tape(allocate, true);
    huberLoss(tape, network.forward(tape, windows, count), targets);
    tape.backward();
    const step = 1e-5;
    let compared = 0;
    for (const { data, gradient } of network.parameters) {
      for (let i = 0; i < data.length; i++) {
        const value = data[i] as number;
        data[i] = value + step;
        const above = lossAt();
        data[i] = value - step;
        const below = lossAt();
        data[i] = value;
        const difference = (above - below) / (2 * step);
        expect(Math.abs((gradient[i] as number) - difference)).toBeLessThan(1e-7 + 1e-5 * Math.abs(difference));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(90);
  });
});
