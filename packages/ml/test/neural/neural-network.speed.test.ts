import { trainNeuralNetwork } from '@novacron/ml/neural';
import { describeForecasterSpeed } from '@novacron/ml/testing';
import { describe, expect, it } from 'vitest';
import { fleet } from './fleet.ts';

const trained = await Promise.all(
  (['lstm', 'gru', 'transformer'] as const).map((architecture) =>
    trainNeuralNetwork(fleet(8, 200), { architecture, seasonLength: 12, hidden: 16, epochs: 1, batchSize: 16 }),
  ),
);
for (const network of trained) describeForecasterSpeed(network.name, () => network.forecaster());

describe('trainNeuralNetwork', () => {
  it('lets others work, and ends with its signal, also while it checks thousands of series', async () => {
    const many = fleet(4_000, 40);
    const stop = new AbortController();
    let longestMs = 0;
    let lastMs = performance.now();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 1);
    const options = { inputLength: 24, outputLength: 8, hidden: 64, epochs: 1, batchSize: 1, patience: 1 };
    let learnedMs = 0;
    const running = trainNeuralNetwork(many, {
      ...options,
      signal: stop.signal,
      onProgress: () => {
        learnedMs = performance.now();
        stop.abort();
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 50)); // series are looked at in one go
    longestMs = 0;
    lastMs = performance.now();
    await expect(running).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    clearInterval(timer);
    expect(performance.now() - learnedMs).toBeLessThan(700);
    expect(longestMs).toBeLessThan(700);
  });
});
