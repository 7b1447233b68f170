import { onnxForecaster, type OnnxForecasterOptions, type OnnxSession } from '@novacron/ml/neural';
import { describe, expect, it } from 'vitest';

/** A tensor as onnxruntime has it. */
class Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];

  constructor(_type: 'float32', data: Float32Array, dims: readonly number[]) {
    this.data = data;
    this.dims = dims;
  }
}

/** A session that answers as a function says, a window at a time. */
function sessionOf(answer: (window: Float32Array) => readonly number[], seen: Tensor[] = []): OnnxSession {
  return {
    inputNames: ['x'],
    outputNames: ['y'],
    run: (feeds) => {
      const tensor = feeds['x'] as Tensor;
      seen.push(tensor);
      const [windows = 0, length = 0] = tensor.dims;
      const rows = Array.from({ length: windows }, (_, row) => tensor.data.subarray(row * length, (row + 1) * length));
      return Promise.resolve({ y: { data: Float32Array.from(rows.flatMap((row) => [...answer(row)])) } });
    },
  };
}

const plain = { Tensor, inputLength: 3, outputLength: 2 } satisfies Partial<OnnxForecasterOptions>;

describe('onnxForecaster', () => {
  it('gives windows in the form that the model takes, and goes on from what it says', async () => {
    const seen: Tensor[] = [];
    const session = sessionOf(([, , last = 0]) => [last + 1, last + 2], seen);
    const model = onnxForecaster({ ...plain, session, features: [1] });
    const fitted = await model.fit([1, 2, 3, 4, 5, 6]);
    const asked = seen.length;
    const { mean } = await fitted.forecast(5, { levels: [] });
    expect([...mean]).toEqual([7, 8, 9, 10, 11]);
    expect(seen.at(-1)?.dims).toEqual([1, 3, 1]);
    expect(seen.slice(asked).map(({ data }) => [...data])).toEqual([
      [4, 5, 6],
      [6, 7, 8],
      [8, 9, 10],
    ]);
  });

  it('gives windows in their own scale, and takes answers in it', async () => {
    const seen: Tensor[] = [];
    const model = onnxForecaster({ ...plain, session: sessionOf(() => [1, 0], seen), scaling: 'window' });
    const { mean } = await (await model.fit([10, 20, 30])).forecast(2, { levels: [] });
    const spread = Math.sqrt(200 / 3);
    expect(mean[0]).toBeCloseTo(30 + spread, 6);
    expect(mean[1]).toBe(30);
    expect(seen[0]?.data[2]).toBeCloseTo(10 / spread, 6);
  });

  it('has intervals as wide as the errors that the model makes', async () => {
    const model = onnxForecaster({ ...plain, session: sessionOf(() => [0, 0]) });
    const values = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 3 : -3));
    const { intervals } = await (await model.fit(values)).forecast(2, { levels: [0.95] });
    expect(intervals[0]?.upper[0]).toBeCloseTo(1.96 * 3, 2);
  });

  it('refuses what makes no sense', async () => {
    const session = sessionOf(() => [0, 0]);
    for (const options of [
      { ...plain, session, outputLength: 0 },
      { ...plain, session, seasonLength: 4, scaling: 'window' as const },
      { ...plain, session: { ...session, inputNames: ['a', 'b'] } },
      { ...plain, session: { ...session, outputNames: [] } },
      { ...plain, session, model: 7 as never },
    ]) {
      expect(() => onnxForecaster(options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    const silent = onnxForecaster({ ...plain, session: { ...session, run: () => Promise.resolve({}) } });
    await expect(silent.fit([1, 2, 3, 4])).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    await expect(silent.fit([Number.NaN, Number.NaN, Number.NaN])).rejects.toMatchObject({
      code: 'NOVA_ML_TOO_SHORT',
    });
  });

  const values = Array.from({ length: 40 }, (_, i) => (i % 4) + ((i * 7) % 3));
  /** Says that the step before last comes again, one higher. */
  const rising = (): OnnxSession => sessionOf(([, before = 0, last = 0]) => [before + 1, last + 1]);

  it('splits the values that it can look back from into prediction and error', async () => {
    const fitted = await onnxForecaster({ ...plain, session: rising() }).fit(values);
    expect(fitted.fittedValues).toHaveLength(40);
    for (let i = 3; i < 40; i++) {
      expect(fitted.fittedValues[i]).toBe((values[i - 2] as number) + 1);
      expect(fitted.residuals[i]).toBe((values[i] as number) - (values[i - 2] as number) - 1);
    }
    expect(fitted.residuals[2]).toBeNaN();
    const { rmse, sigma, observations } = fitted.describe();
    expect(observations).toBe(40);
    expect(sigma).toBeCloseTo(rmse, 9);
  });

  it('knows the last hundred places only, and each step by as many errors', async () => {
    const seen: Tensor[] = [];
    const model = onnxForecaster({ ...plain, session: sessionOf(() => [0, 0], seen) });
    const fitted = await model.fit(Array.from({ length: 5_000 }, () => 2));
    expect([...fitted.fittedValues].filter((value) => !Number.isNaN(value))).toHaveLength(100);
    expect(seen.map(({ dims }) => dims[0])).toEqual([101]);
  });

  it('moves on by an update, in any portions, and leaves a clone behind', async () => {
    const fitted = await onnxForecaster({ ...plain, session: rising(), seasonLength: 2 }).fit(values);
    const clone = fitted.clone();
    const before = await clone.forecast(4);
    fitted.update([7, Number.NaN, 9]);
    expect(await clone.forecast(4)).toEqual(before);
    for (const value of [7, Number.NaN, 9]) clone.update([value]);
    const after = await fitted.forecast(4);
    expect(await clone.forecast(4)).toEqual(after);
    // What was missing is as the season before: 39 % 4 + (39 * 7) % 3 = 3.
    expect([...after.mean]).toEqual([4, 10, 5, 11]);
    expect(() => fitted.update([1, Infinity])).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    expect(await fitted.forecast(4)).toEqual(after);
  });

  it('draws futures from its intervals, the same for a seed', async () => {
    const fitted = await onnxForecaster({ ...plain, session: rising() }).fit(values);
    const futures = await fitted.simulate(3, { paths: 400, seed: 2 });
    const { intervals } = await fitted.forecast(3, { levels: [0.8] });
    const [lower, upper] = [intervals[0]?.lower[0] as number, intervals[0]?.upper[0] as number];
    const inside = futures.filter(([first = 0]) => first >= lower && first <= upper);
    expect(inside.length / 400).toBeGreaterThan(0.7);
    expect(inside.length / 400).toBeLessThan(0.9);
    expect(await fitted.simulate(3, { paths: 400, seed: 2 })).toEqual(futures);
    await expect(fitted.simulate(3, { paths: 0 })).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });

  it('comes back from JSON to a model of the same path or bytes, and to no other', async () => {
    const model = onnxForecaster({ ...plain, session: rising(), model: 'load.onnx' });
    const fitted = await model.fit(values);
    fitted.update([5]);
    const text = JSON.stringify(fitted);
    const restored = model.fromJSON(text);
    expect(JSON.stringify(restored)).toBe(text);
    expect(await restored.forecast(9)).toEqual(await fitted.forecast(9));
    expect(restored.describe()).toEqual(fitted.describe());
    for (const other of [
      { ...plain, session: rising(), model: 'other.onnx' },
      { ...plain, session: rising(), model: Uint8Array.of(1, 2) },
      { ...plain, session: rising(), model: 'load.onnx', outputLength: 3 },
      { ...plain, session: rising(), model: 'load.onnx', scaling: 'window' as const },
    ]) {
      expect(() => onnxForecaster(other).fromJSON(text)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    const bytes = { ...plain, session: rising(), model: Uint8Array.of(1, 2) };
    const byHash = await onnxForecaster(bytes).fit(values);
    expect(byHash.name).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(onnxForecaster(bytes).fromJSON(byHash.toJSON()).name).toBe(byHash.name);
  });

  it('refuses saved JSON when any field is gone or is something else', async () => {
    const model = onnxForecaster({ ...plain, session: rising() });
    const saved = { ...(await model.fit(values)).toJSON() } as Record<string, unknown>;
    const typed: unknown = expect.objectContaining({ code: expect.stringMatching(/^NOVA_ML_/) as unknown });
    for (const field of Object.keys(saved)) {
      for (const wrong of [undefined, null, {}, '!', []]) {
        expect(() => model.fromJSON({ ...saved, [field]: wrong })).toThrow(typed);
      }
    }
  });

  it('ends with its signal', async () => {
    const never: OnnxSession = { inputNames: ['x'], outputNames: ['y'], run: () => new Promise(() => {}) };
    const stop = new AbortController();
    const fit = onnxForecaster({ ...plain, session: never }).fit(values, { signal: stop.signal });
    stop.abort();
    await expect(fit).rejects.toMatchObject({ code: 'NOVA_CORE_ABORTED' });
    await expect(onnxForecaster({ ...plain, session: never }).fit(values, { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'NOVA_CORE_TIMEOUT',
    });
  });

  it.each([0, -1, 1.5, 100_001])('refuses a horizon of %d', async (horizon) => {
    const fitted = await onnxForecaster({ ...plain, session: rising() }).fit(values);
    await expect(fitted.forecast(horizon)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });
});
