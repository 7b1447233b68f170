import { naive, seasonalNaive, timed } from '@novacron/ml';
import {
  neuralFromJSON,
  NeuralNetwork,
  trainNeuralNetwork,
  NeuralFitted,
  type NeuralProgress,
} from '@novacron/ml/neural';
import { describeForecaster } from '@novacron/ml/testing';
import { describe, expect, it } from 'vitest';
import { fleet } from './fleet.ts';

const trained = await Promise.all(
  (['lstm', 'gru', 'transformer'] as const).map((architecture) =>
    trainNeuralNetwork(fleet(8, 200), { architecture, seasonLength: 12, hidden: 16, epochs: 12, batchSize: 16 }),
  ),
);

describe.each(trained.map((network) => [network.name, network] as const))('%s', (_, network) => {
  describeForecaster(network.name, () => network.forecaster(), {
    fromJSON: (saved) => neuralFromJSON(saved) as NeuralFitted,
  });

  it('forecasts machines that it has not seen better than the day before', () => {
    let [own, naive] = [0, 0];
    for (const values of fleet(12, 200, 99)) {
      const past = values.slice(0, -6);
      const next = network.forecaster().fit(past).forecast(6).mean;
      const before = seasonalNaive({ seasonLength: 12 }).fit(past).forecast(6).mean;
      const size = Math.abs(values[0] as number);
      for (let step = 0; step < 6; step++) {
        const actual = values[past.length + step] as number;
        own += Math.abs((next[step] as number) - actual) / size;
        naive += Math.abs((before[step] as number) - actual) / size;
      }
    }
    expect(own).toBeLessThan(0.9 * naive);
  });

  it('holds the future in its intervals about as often as it says', () => {
    let [inside, all] = [0, 0];
    for (const values of fleet(60, 150, 7)) {
      const past = values.slice(0, -12);
      const [band] = network
        .forecaster()
        .fit(past)
        .forecast(12, { levels: [0.9] }).intervals;
      for (let step = 0; step < 12; step++) {
        const actual = values[past.length + step] as number;
        if (actual >= (band?.lower[step] as number) && actual <= (band?.upper[step] as number)) inside++;
        all++;
      }
    }
    expect(inside / all).toBeGreaterThan(0.83);
    expect(inside / all).toBeLessThan(0.97);
  });

  it('comes back from JSON bit by bit', () => {
    const again = neuralFromJSON(JSON.stringify(network)) as NeuralNetwork;
    const values = fleet(1, 100, 3)[0] as number[];
    expect(again).toBeInstanceOf(NeuralNetwork);
    expect(again.forecaster().fit(values).forecast(40)).toEqual(network.forecaster().fit(values).forecast(40));
  });

  it('moves on by values as if they had been there, but for the spread', () => {
    const values = fleet(1, 120, 4)[0] as number[];
    const fitted = network.forecaster().fit(values.slice(0, 100));
    const copy = fitted.clone();
    fitted.update(values.slice(100));
    const whole = network.forecaster().fit(values).forecast(3).mean;
    for (const [step, value] of fitted.forecast(3).mean.entries()) expect(value).toBeCloseTo(whole[step] as number, 6);
    expect(copy.forecast(3).mean).not.toEqual(fitted.forecast(3).mean);
  });
});

describe('trainNeuralNetwork', () => {
  it(
    'learns the same from the same seed, tells how it goes, and stops when it gets no better',
    { timeout: 60_000 },
    async () => {
      const told: NeuralProgress[] = [];
      const options = { seasonLength: 12, hidden: 8, epochs: 60, patience: 2, seed: 3, learningRate: 0.02 };
      const one = await trainNeuralNetwork(fleet(6, 120), {
        ...options,
        onProgress: (progress) => told.push(progress),
      });
      const other = await trainNeuralNetwork(fleet(6, 120), options);
      expect(JSON.stringify(one)).toBe(JSON.stringify(other));
      expect(told).toEqual(one.history);
      expect(told.length).toBeLessThan(60);
      expect(Math.min(...told.map(({ checkedLoss }) => checkedLoss))).toBeLessThan(
        (told[0] as NeuralProgress).checkedLoss,
      );
      expect(JSON.stringify(await trainNeuralNetwork(fleet(6, 120), { ...options, seed: 4 }))).not.toBe(
        JSON.stringify(one),
      );
    },
  );

  it('learns from series with gaps, and from such that are too short to keep anything aside', async () => {
    const gaps = fleet(2, 120).map((values) => values.map((value, i) => (i % 7 === 0 ? Number.NaN : value)));
    const network = await trainNeuralNetwork([...gaps, [], [1]], { seasonLength: 12, hidden: 4, epochs: 2 });
    expect(
      network
        .forecaster()
        .fit(gaps[0] as number[])
        .forecast(12)
        .mean.every(Number.isFinite),
    ).toBe(true);
    const short = await trainNeuralNetwork(fleet(2, 40), { seasonLength: 12, hidden: 4, epochs: 2 });
    expect(short.history.map(({ checkedLoss }) => checkedLoss)).toEqual([Number.NaN, Number.NaN]);
  });

  it('ends with its signal and its time, and lets others work meanwhile', async () => {
    const stop = new AbortController();
    const long = trainNeuralNetwork(fleet(3, 400), { epochs: 10_000, patience: 10_000, signal: stop.signal });
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    await expect(long).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    const late = trainNeuralNetwork(fleet(3, 400), { epochs: 10_000, patience: 10_000, timeoutMs: 100 });
    await expect(late).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT' });
  });

  it.each([
    [{ architecture: 'perceptron' as 'lstm' }],
    [{ inputLength: 1 }],
    [{ inputLength: 25, patchLength: 4 }],
    [{ architecture: 'transformer' as const, hidden: 30, heads: 4 }],
    [{ outputLength: 0 }],
    [{ epochs: 0 }],
    [{ learningRate: 0 }],
    [{ seasonLength: 24, inputLength: 12 }],
    [{ hidden: 1_024, layers: 16 }],
    [{ seed: -1 }],
  ])('refuses %j', async (options) => {
    await expect(trainNeuralNetwork(fleet(2, 100), options)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });

  it('says when there is nothing to learn from', async () => {
    for (const series of [[], [[]], [[1, 2, 3]], [Array<number>(100).fill(Number.NaN)]]) {
      await expect(trainNeuralNetwork(series)).rejects.toMatchObject({ code: 'NOVA_ML_TOO_SHORT' });
    }
    await expect(trainNeuralNetwork([[1, Infinity, 3]])).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });
});

describe('neuralFromJSON', () => {
  const network = trained[1] as NeuralNetwork;
  const saved = network.toJSON();
  const series = fleet(1, 100, 3)[0] as number[];
  const hour = 3_600_000;
  // Nobody measured at the tenth hour.
  const hours = series.map((_, i) => (i < 10 ? i : i + 1));
  const times = hours.map((i) => Date.UTC(2026, 2, 25) + i * hour);

  it.each([
    ['on the clock of UTC', network.forecaster()],
    ['on the clock of a time zone', timed(network.forecaster(), { timeZone: 'Europe/Berlin' })],
  ])('brings back what was fitted with times %s', (_, forecaster) => {
    const fitted = forecaster.fit(series, { times });
    const text = JSON.stringify(fitted);
    const again = neuralFromJSON(text);
    if (!('stepMs' in again)) throw new Error('It has lost its times');
    expect(again.model).toBeInstanceOf(NeuralFitted);
    expect(JSON.stringify(again)).toBe(text);
    expect(again.forecast(30)).toEqual(fitted.forecast(30));
    expect(again.stepMs).toBe(hour);
    const later = { times: [3, 4].map((steps) => (times.at(-1) as number) + steps * hour) };
    for (const each of [again, fitted]) each.update([series[0] as number, series[1] as number], later);
    expect(again.forecast(30)).toEqual(fitted.forecast(30));
    expect(again.forecast(1).times[0]).toBe((times.at(-1) as number) + 5 * hour);
  });

  it('refuses times of a network that looks at nothing, of another model, or that are damaged', () => {
    const fitted = network.forecaster().fit(series, { times }).toJSON();
    for (const damagedModel of [
      { ...fitted, inner: saved },
      { ...fitted, inner: naive().fit([1, 2]).toJSON() },
      { ...fitted, inner: undefined },
      { ...fitted, stepMs: 0 },
      naive()
        .fit([1, 2], { times: [0, hour] })
        .toJSON(),
    ]) {
      expect(() => neuralFromJSON(damagedModel)).toThrow(expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }));
    }
  });

  it.each([
    ['another model', { ...saved, model: 'ets' }],
    ['an unknown architecture', { ...saved, architecture: 'x' }],
    ['a form that makes no sense', { ...saved, patchLength: 7 }],
    ['a form of millions', { ...saved, hidden: 100_000 }],
    ['weights that are missing', { ...saved, weights: [] }],
    ['weights of another size', { ...saved, weights: (saved['weights'] as string[]).map(() => 'AAAAAAAAAAA=') }],
    ['weights that are no numbers', { ...saved, weights: (saved['weights'] as string[]).map(() => '!') }],
    ['a spread below 0', { ...saved, deviations: saved['weights'] }],
  ])('refuses %s', (_, damagedModel) => {
    expect(() => neuralFromJSON(damagedModel)).toThrow(expect.objectContaining({ code: 'NOVA_ML_DAMAGED' }));
  });
});
