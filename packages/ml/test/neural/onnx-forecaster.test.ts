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
    const { mean } = await model.forecast([1, 2, 3, 4, 5, 6], 5, { levels: [] });
    expect([...mean]).toEqual([7, 8, 9, 10, 11]);
    expect(seen[0]?.dims).toEqual([1, 3, 1]);
    expect(seen.slice(0, 3).map(({ data }) => [...data])).toEqual([
      [4, 5, 6],
      [6, 7, 8],
      [8, 9, 10],
    ]);
  });

  it('gives windows in their own scale, and takes answers in it', async () => {
    const seen: Tensor[] = [];
    const model = onnxForecaster({ ...plain, session: sessionOf(() => [1, 0], seen), scaling: 'window' });
    const { mean } = await model.forecast([10, 20, 30], 2, { levels: [] });
    const spread = Math.sqrt(200 / 3);
    expect(mean[0]).toBeCloseTo(30 + spread, 6);
    expect(mean[1]).toBe(30);
    expect(seen[0]?.data[2]).toBeCloseTo(10 / spread, 6);
  });

  it('has intervals as wide as the errors that the model makes', async () => {
    const model = onnxForecaster({ ...plain, session: sessionOf(() => [0, 0]) });
    const values = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 3 : -3));
    const { intervals } = await model.forecast(values, 2, { levels: [0.95] });
    expect(intervals[0]?.upper[0]).toBeCloseTo(1.96 * 3, 2);
  });

  it('refuses what makes no sense', async () => {
    const session = sessionOf(() => [0, 0]);
    for (const options of [
      { ...plain, session, outputLength: 0 },
      { ...plain, session, seasonLength: 4, scaling: 'window' as const },
      { ...plain, session: { ...session, inputNames: ['a', 'b'] } },
      { ...plain, session: { ...session, outputNames: [] } },
    ]) {
      expect(() => onnxForecaster(options)).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    }
    const silent = onnxForecaster({ ...plain, session: { ...session, run: () => Promise.resolve({}) } });
    await expect(silent.forecast([1, 2, 3], 2)).rejects.toMatchObject({ code: 'NOVA_ML_INVALID' });
    await expect(silent.forecast([Number.NaN, Number.NaN, Number.NaN], 2)).rejects.toMatchObject({
      code: 'NOVA_ML_TOO_SHORT',
    });
  });
});
