import { MlError } from '@novacron/ml';
import { onnxForecaster, type FittedOnnx, type OnnxForecasterOptions, type OnnxSession } from '@novacron/ml/neural';
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
    const { mean } = await (await model.fit([0, 10, 20, 30])).forecast(2, { levels: [] });
    const spread = Math.sqrt(200 / 3);
    expect(mean[0]).toBeCloseTo(30 + spread, 6);
    expect(mean[1]).toBe(30);
    expect(seen.at(-1)?.data[2]).toBeCloseTo(10 / spread, 6);
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
      { ...plain, session, scaling: 'Window' as never },
      { ...plain, session, features: [2] as never },
      { ...plain, session, features: 1 as never },
      { ...plain, session, batchSize: 0 },
      { ...plain, session, batchSize: 1.5 },
      { ...plain, session, batchSize: 1_001 },
      { ...plain, session, Tensor: undefined as never },
      { ...plain, session, Tensor: {} as never },
      { ...plain, session: undefined as never },
      { ...plain, session: null as never },
      { ...plain, session: { ...session, run: undefined as never } },
      { ...plain, session: { ...session, inputNames: undefined as never } },
      { ...plain, session: { ...session, outputNames: 'y' as never } },
    ]) {
      expect(() => onnxForecaster(options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
  });

  it.each([
    [3, [1, 2, 3]],
    [3, [Number.NaN, Number.NaN, Number.NaN]],
    [5, [1, 2, 3, Number.NaN, Number.NaN]],
    [5, Array.from({ length: 5 }, () => Number.NaN)],
  ])('says how many values it needs to learn from what its errors are: %d', async (length, series) => {
    const fit = onnxForecaster({ ...plain, session: sessionOf(() => [0, 0]) }).fit(series);
    await expect(fit).rejects.toMatchObject({ code: 'NOVA_ML_TOO_SHORT', details: { needed: 4, length } });
  });

  it('has intervals of some width as soon as there is one error, wherever it is', async () => {
    const fitted = await onnxForecaster({ ...plain, session: sessionOf(() => [0, 0]) }).fit([1, 2, 3, 4]);
    const { intervals } = await fitted.forecast(4, { levels: [0.5] });
    for (const edge of intervals[0]?.lower ?? []) expect(edge).toBeLessThan(-2);
    expect(fitted.describe().sigma).toBe(4);
    // Windows end at 110 and before, or at 120 and after: what lies between is met by late steps only.
    const late = { ...plain, outputLength: 110, session: sessionOf(() => Array.from({ length: 110 }, () => 0)) };
    const gap = Array.from({ length: 220 }, (_, i) => (i < 3 || (i > 110 && i < 120) ? 6 : Number.NaN));
    expect((await onnxForecaster(late).fit(gap)).describe().sigma).toBe(6);
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
    expect(seen.map(({ dims }) => dims[0])).toEqual(Array.from({ length: 101 }, () => 1));
  });

  it('runs one window at once, so that a model of a fixed batch works, or as many as it is told', async () => {
    const seen: Tensor[] = [];
    const one = sessionOf(([, before = 0, last = 0]) => [before + 1, last + 1], seen);
    const fixed: OnnxSession = {
      ...one,
      run: (feeds) =>
        (feeds['x'] as Tensor).dims[0] === 1
          ? one.run(feeds)
          : Promise.reject(new Error('Got invalid dimensions for input: x')),
    };
    const series = Array.from({ length: 300 }, (_, i) => (i % 4) + ((i * 7) % 3));
    const slow = await onnxForecaster({ ...plain, session: fixed }).fit(series);
    const sizes = seen.splice(0).map(({ dims }) => dims[0]);
    expect(sizes).toEqual(Array.from({ length: 101 }, () => 1));
    const quick = await onnxForecaster({ ...plain, session: one, batchSize: 64 }).fit(series);
    expect(seen.map(({ dims }) => dims[0])).toEqual([64, 37]);
    expect(quick.toJSON()).toEqual(slow.toJSON());
    expect(await quick.forecast(5)).toEqual(await slow.forecast(5));
    await expect(onnxForecaster({ ...plain, session: fixed, batchSize: 64 }).fit(series)).rejects.toThrow(/batchSize/);
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

  it('ends with its signal and its time', async () => {
    const never: OnnxSession = { inputNames: ['x'], outputNames: ['y'], run: () => new Promise(() => {}) };
    const model = onnxForecaster({ ...plain, session: never });
    const stop = new AbortController();
    const fit = model.fit(values, { signal: stop.signal });
    stop.abort();
    await expect(fit).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    await expect(model.fit(values, { signal: stop.signal })).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
    await expect(model.fit(values, { timeoutMs: 5 })).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT' });
  });

  describe('with a session that never gives way', () => {
    let runs = 0;
    const busy: OnnxSession = {
      ...rising(),
      run: (feeds) => {
        runs++;
        const until = performance.now() + 0.1;
        while (performance.now() < until);
        return rising().run(feeds);
      },
    };
    const asked: readonly [string, (fitted: FittedOnnx, options: object) => Promise<unknown>][] = [
      ['forecast', (fitted, options) => fitted.forecast(100_000, options)],
      ['simulate', (fitted, options) => fitted.simulate(100_000, { ...options, paths: 2 })],
      ['fit', (_, options) => onnxForecaster({ ...plain, session: busy }).fit(values, options)],
    ];

    it.each(asked.slice(0, 2))('%s ends with its time', async (_, ask) => {
      const fitted = await onnxForecaster({ ...plain, session: busy }).fit(values);
      runs = 0;
      await expect(ask(fitted, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'NOVA_ML_TIMEOUT', kind: 'timeout' });
      expect(runs).toBeLessThan(5_000); // of 50,000
    });

    it.each(asked.slice(0, 2))('%s ends with a signal that a timer fires', async (_, ask) => {
      const fitted = await onnxForecaster({ ...plain, session: busy }).fit(values);
      runs = 0;
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 1);
      await expect(ask(fitted, { signal: stop.signal })).rejects.toMatchObject({ code: 'NOVA_ML_ABORTED' });
      expect(runs).toBeLessThan(5_000);
      const atEnd = runs;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(runs).toBeLessThanOrEqual(atEnd + 1); // nobody goes on behind the back
    });

    it.each(asked)('%s refuses options and times that are none', async (_, ask) => {
      const fitted = await onnxForecaster({ ...plain, session: rising() }).fit(values);
      for (const options of [{ timeoutMs: -1 }, { timeoutMs: Number.NaN }, { timeoutMs: 'soon' }]) {
        await expect(ask(fitted, options)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
      }
      const none = null as never;
      await expect(fitted.forecast(2, none)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
      await expect(fitted.simulate(2, none)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
      const model = onnxForecaster({ ...plain, session: rising() });
      await expect(model.fit(values, none)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    });
  });

  it.each<readonly [string, () => Promise<never>]>([
    [
      'throws',
      () => {
        throw new Error('It was released');
      },
    ],
    ['rejects', () => Promise.reject(new Error('It was released'))],
  ])('tells what a session said that %s, wherever it is asked', async (_, run) => {
    let released = false;
    const working = rising();
    const session: OnnxSession = { ...working, run: (feeds) => (released ? run() : working.run(feeds)) };
    const model = onnxForecaster({ ...plain, session });
    const fitted = await model.fit(values);
    released = true;
    for (const asked of [model.fit(values), fitted.forecast(2), fitted.simulate(2)]) {
      const error: unknown = await asked.catch((thrown: unknown) => thrown);
      expect(MlError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        code: 'NOVA_ML_INTERNAL',
        message: expect.stringMatching(/form \[1, 3\]: It was released/) as unknown,
        cause: { message: 'It was released' },
        details: { input: 'x', form: [1, 3] },
      });
    }
  });

  it('tells when the tensor cannot be made or its numbers cannot be read', async () => {
    class Broken extends Tensor {
      constructor(...rest: ConstructorParameters<typeof Tensor>) {
        super(...rest);
        throw new TypeError('A tensor needs a device');
      }
    }
    const unmade = onnxForecaster({ ...plain, session: rising(), Tensor: Broken });
    await expect(unmade.fit(values)).rejects.toMatchObject({
      code: 'NOVA_ML_INTERNAL',
      cause: { message: 'A tensor needs a device' },
    });
    const elsewhere = {
      get data(): never {
        throw new Error('The data is not on CPU');
      },
    };
    const session: OnnxSession = { ...rising(), run: () => Promise.resolve({ y: elsewhere }) };
    await expect(onnxForecaster({ ...plain, session }).fit(values)).rejects.toMatchObject({
      code: 'NOVA_ML_INTERNAL',
      cause: { message: 'The data is not on CPU' },
    });
  });

  /** What comes of windows by twos when a session gives this. */
  const given = async (outputs: unknown): Promise<FittedOnnx> => {
    const session: OnnxSession = { ...rising(), run: () => Promise.resolve(outputs as never) };
    return await onnxForecaster({ ...plain, session, batchSize: 2 }).fit([1, 2, 3, 4, 5]);
  };

  it.each([
    ['nothing', undefined, { output: 'y', expected: [2, 2] }],
    ['no output of this name', { z: { data: new Float32Array(4) } }, { output: 'y', expected: [2, 2] }],
    ['no numbers', { y: { data: undefined } }, { output: 'y', found: 'Undefined' }],
    ['texts', { y: { data: ['1', '2', '3', '4'] } }, { output: 'y', found: 'Array' }],
    ['halves of floats', { y: { data: new Uint16Array(4) } }, { output: 'y', found: 'Uint16Array' }],
    ['too few', { y: { data: new Float32Array(2) } }, { output: 'y', expected: [2, 2], found: [2] }],
    ['too many', { y: { data: new Float32Array(6), dims: [2, 3] } }, { output: 'y', expected: [2, 2], found: [2, 3] }],
    ['as many in one row', { y: { data: new Float32Array(4), dims: [4] } }, { expected: [2, 2], found: [4] }],
    ['no number', { y: { data: Float32Array.of(1, 2, Number.NaN, 4) } }, { output: 'y', place: 2 }],
    ['infinity', { y: { data: Float64Array.of(1, Infinity, 3, 4) } }, { output: 'y', place: 1 }],
  ])('refuses an output with %s, and says what was expected and found', async (_, outputs, details) => {
    await expect(given(outputs)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID', details });
  });

  it('takes an output with a dimension of 1 anywhere', async () => {
    const data = Float32Array.of(1, 2, 3, 4);
    for (const dims of [undefined, [2, 2], [2, 2, 1], [2, 1, 2], [1, 2, 2]]) {
      expect((await given({ y: { data, dims } })).fittedValues[4]).toBe(3);
    }
  });

  it.each([0, -1, 1.5, 100_001])('refuses a horizon of %d', async (horizon) => {
    const fitted = await onnxForecaster({ ...plain, session: rising() }).fit(values);
    await expect(fitted.forecast(horizon)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
  });
});
