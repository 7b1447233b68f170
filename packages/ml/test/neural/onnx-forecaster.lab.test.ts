import {
  onnxForecaster,
  type FittedOnnx,
  type OnnxForecaster,
  type OnnxForecasterOptions,
  type OnnxSession,
} from '@novacron/ml/neural';
import { describe, expect, it } from 'vitest';
import { linearModel } from './onnx-model.ts';

interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<OnnxSession> };
  readonly Tensor: OnnxForecasterOptions['Tensor'];
}

const path = process.env['NOVACRON_LAB_ONNX'];
const runtime = path === undefined ? undefined : ((await import(path)) as Runtime);

/** A season of four steps, growing by one a season. */
const staircase = Array.from({ length: 40 }, (_, i) => ([10, 20, 30, 20][i % 4] as number) + Math.floor(i / 4));

/** The season before last is left out: what comes is last season's step plus what it grew by. */
const growing = Array.from({ length: 8 * 4 }, (_, place) => {
  const [row, column] = [Math.floor(place / 4), place % 4];
  return row === column + 4 ? 2 : row === column ? -1 : 0;
});

async function opened(
  weights: readonly number[],
  options: Partial<OnnxForecasterOptions> = {},
  batch?: number,
): Promise<{ session: OnnxSession; model: OnnxForecaster }> {
  if (runtime === undefined) throw new Error('There is no onnxruntime; npm run lab -- up onnx');
  const { InferenceSession, Tensor } = runtime;
  const session = await InferenceSession.create(linearModel(8, weights.length / 8, weights, batch));
  const shape = { inputLength: 8, outputLength: weights.length / 8 };
  return { session, model: onnxForecaster({ session, Tensor, ...shape, ...options }) };
}

async function fit(
  weights: readonly number[],
  values: readonly number[],
  options: Partial<OnnxForecasterOptions> = {},
  batch?: number,
): Promise<FittedOnnx> {
  return await (await opened(weights, options, batch)).model.fit(values);
}

describe('onnxForecaster with onnxruntime', () => {
  it('forecasts what the model says, and goes on from there', async () => {
    const { mean, intervals } = await (await fit(growing, staircase)).forecast(10, { levels: [0.9] });
    expect([...mean]).toEqual([20, 30, 40, 30, 21, 31, 41, 31, 22, 32]);
    expect([...(intervals[0]?.lower ?? [])]).toEqual([...mean]); // it made no errors
  });

  it('takes the width of its intervals from the errors of the model on the series', async () => {
    const last = Array.from({ length: 8 }, (_, row) => (row === 7 ? 1 : 0));
    const noise = Array.from({ length: 150 }, (_, i) => ((i * 7919) % 100) / 10);
    const { intervals } = await (await fit(last, noise)).forecast(2, { levels: [0.95] });
    const width = (step: number): number =>
      (intervals[0]?.upper[step] as number) - (intervals[0]?.lower[step] as number);
    expect(width(0)).toBeGreaterThan(10);
    expect(width(1)).toBeCloseTo(width(0) * Math.SQRT2, 6);
  });

  it('counts in the scale of windows when it is told to, and fills gaps', async () => {
    const nothing = Array.from({ length: 32 }, () => 0);
    const scaled = { scaling: 'window', seasonLength: 4 } as const;
    expect([...(await (await fit(nothing, staircase, scaled)).forecast(4)).mean]).toEqual(staircase.slice(-4));
    const gap = staircase.map((value, i) => (i === 30 ? Number.NaN : value));
    expect([...(await (await fit(nothing, gap, scaled)).forecast(4)).mean]).toEqual(staircase.slice(-4));
  });

  it('refuses what does not fit the model', async () => {
    const fitted = await fit(growing, staircase);
    await expect(fit(growing, [1, 2, 3])).rejects.toMatchObject({ code: 'NOVA_ML_TOO_SHORT' });
    await expect(fitted.forecast(0)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    await expect(fitted.forecast(4, { levels: [2] })).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    await expect(fit(growing, staircase, { outputLength: 3 })).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    const endless = growing.map((weight) => weight * 1e38);
    await expect(fit(endless, staircase)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    await expect(opened(growing, { inputLength: 0 })).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });

  it('ends with its signal', async () => {
    const fitted = await fit(growing, staircase);
    const stop = new AbortController();
    const long = fitted.forecast(100_000, { signal: stop.signal });
    stop.abort();
    await expect(long).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    await expect(fitted.forecast(100_000, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT' });
  });

  it('fits and forecasts by a model that takes one window at once, as exporters write it', async () => {
    const fixed = await fit(growing, staircase, {}, 1);
    expect([...(await fixed.forecast(4)).mean]).toEqual([20, 30, 40, 30]);
    const many = fit(growing, staircase, { batchSize: 64 }, 1);
    await expect(many).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL', details: { form: [32, 8] } });
    await expect(many).rejects.toThrow(/batchSize/);
  });

  it('gives the same with any number of windows at once', async () => {
    const one = await fit(growing, staircase);
    const many = await fit(growing, staircase, { batchSize: 7 });
    expect(many.toJSON()).toEqual(one.toJSON());
  });

  it('tells that the session fails when it was released, or the form is not that of the model', async () => {
    const { session, model } = await opened(growing);
    const fitted = await model.fit(staircase);
    await (session as unknown as { release(): Promise<void> }).release();
    await expect(fitted.forecast(4)).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL', cause: expect.any(Error) });
    await expect(fit(growing, staircase, { inputLength: 7 })).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL' });
    await expect(fit(growing, staircase, { features: [1] })).rejects.toMatchObject({ code: 'NOVA_ML_INTERNAL' });
  });
});
