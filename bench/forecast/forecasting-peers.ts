import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { additive, arima, holtWinters, mstlForecast } from '@novacron/ml';

/** Fits a series and forecasts what follows. */
export type Method = (values: readonly number[], seasonLength: number, horizon: number) => ArrayLike<number>;

/** A method, or why it cannot be had. */
export interface Contestant {
  /** Its name in the figures. */
  readonly name: string;
  /** What it runs. */
  readonly method?: Method | undefined;
  /** Why it does not. */
  readonly reason?: string | undefined;
}

/** Ours: Holt-Winters, damped when asked for. */
export const holtWintersMethod: Method = (values, seasonLength, horizon) =>
  holtWinters({ seasonLength }).fit(values).forecast(horizon).mean;

/** Ours: the airline model, SARIMA(0,1,1)(0,1,1), as the peer fits it. */
export const airlineMethod: Method = (values, seasonLength, horizon) =>
  arima({ order: [0, 1, 1], seasonal: [0, 1, 1], seasonLength })
    .fit(values)
    .forecast(horizon).mean;

/** Ours: decomposition with automatic smoothing of the rest, as the peer does it. */
export const mstlMethod: Method = (values, seasonLength, horizon) =>
  mstlForecast({ seasonLengths: [seasonLength] })
    .fit(values)
    .forecast(horizon).mean;

/** Ours: an additive curve with ten waves; Prophet itself cannot be installed. */
export const additiveMethod: Method = (values, seasonLength, horizon) =>
  additive({ seasons: [{ seasonLength, harmonics: Math.min(10, seasonLength >> 1) }] })
    .fit(values)
    .forecast(horizon).mean;

/** npm arima: the airline model, SARIMA(0,1,1)(0,1,1). */
export async function arimaPeer(): Promise<Contestant> {
  const name = 'npm arima 0.2.8 SARIMA(0,1,1)(0,1,1)';
  return contestant(name, async () => {
    const { default: ARIMA } = await import('arima');
    return (values, seasonLength, horizon) => {
      const model = new ARIMA({ p: 0, d: 1, q: 1, P: 0, D: 1, Q: 1, s: seasonLength, verbose: false });
      const [forecast] = model.train([...values]).predict(horizon);
      model.destroy();
      return forecast;
    };
  });
}

/** @bsull/augurs: MSTL with one season and automatic ETS on the rest. */
export async function augursPeer(): Promise<Contestant> {
  const name = '@bsull/augurs 0.10.2 MSTL + ETS';
  return contestant(name, async () => {
    const { initSync, MSTL } = await import('@bsull/augurs/mstl');
    const require = createRequire(import.meta.url);
    initSync({ module: await readFile(require.resolve('@bsull/augurs/mstl').replace(/\.js$/, '_bg.wasm')) });
    return (values, seasonLength, horizon) => {
      const model = MSTL.ets([seasonLength]);
      model.fit(Float64Array.from(values));
      const forecast = model.predict(horizon, 0.95).point;
      model.free();
      return forecast;
    };
  });
}

async function contestant(name: string, load: () => Promise<Method>): Promise<Contestant> {
  try {
    return { name, method: await load() };
  } catch (error) {
    return { name, reason: error instanceof Error ? error.message : String(error) };
  }
}
