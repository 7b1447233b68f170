import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Contender, Contribution } from './contenders.ts';

const level = 0.95;

/** Peers that npm installs, by the name that the command line gives them: they run on the same series in the same run. */
export async function installedPeers(): Promise<ReadonlyMap<string, Contender>> {
  return new Map([
    ['npm-arima', await npmArima()],
    ['augurs', await augurs()],
  ]);
}

/** npm arima: (0,1,1)(0,1,1) with the season, (0,1,1) without; normal intervals of the variances that it gives. */
async function npmArima(): Promise<Contender> {
  const { default: ARIMA } = await import('arima');
  return (training, seasonLength, horizon) => {
    const seasonal = seasonLength > 1 ? { P: 0, D: 1, Q: 1, s: seasonLength } : {};
    const model = new ARIMA({ p: 0, d: 1, q: 1, ...seasonal, verbose: false });
    try {
      const [mean, variances] = model.train([...training]).predict(horizon);
      const spread = variances.map((variance) => 1.959964 * Math.sqrt(Math.max(0, variance)));
      const lower = mean.map((value, i) => value - (spread[i] ?? NaN));
      const upper = mean.map((value, i) => value + (spread[i] ?? NaN));
      return contribution(mean, lower, upper);
    } finally {
      model.destroy();
    }
  };
}

/** `@bsull/augurs`: MSTL with automatic ETS where there is a season, automatic ETS alone where there is none. */
async function augurs(): Promise<Contender> {
  const { AutoETS, initSync: startEts } = await import('@bsull/augurs/ets');
  const { MSTL, initSync: startMstl } = await import('@bsull/augurs/mstl');
  const require = createRequire(import.meta.url);
  for (const [name, start] of [['ets', startEts] as const, ['mstl', startMstl] as const]) {
    start({ module: await readFile(require.resolve(`@bsull/augurs/${name}`).replace(/\.js$/, '_bg.wasm')) });
  }
  return (training, seasonLength, horizon) => {
    const model = seasonLength > 1 ? MSTL.ets([seasonLength]) : new AutoETS(1, 'ZZN');
    try {
      model.fit(Float64Array.from(training));
      const { point, intervals } = model.predict(horizon, level);
      return contribution(point, intervals?.lower ?? [], intervals?.upper ?? []);
    } finally {
      model.free();
    }
  };
}

function contribution(mean: readonly number[], lower: readonly number[], upper: readonly number[]): Contribution {
  const row = (values: readonly number[]): Float64Array => Float64Array.from(mean, (_, i) => values[i] ?? NaN);
  if (!mean.every(Number.isFinite)) throw new RangeError('The forecast is not finite');
  return { mean: row(mean), intervals: [{ level, lower: row(lower), upper: row(upper) }] };
}
