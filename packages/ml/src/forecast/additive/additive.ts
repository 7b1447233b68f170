import { invalid, MlError } from '../../error.ts';
import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../../values.ts';
import type { FourierTerm } from '../arima/fourier-columns.ts';
import { withTimes, type ForecasterWithTimes } from '../timed/with-times.ts';
import { powerOfTwoNear } from '../power-of-two-near.ts';
import { additiveColumns, additiveLimits, type AdditiveEvent, type AdditiveShape } from './additive-design.ts';
import { estimateAdditive } from './additive-estimate.ts';
import { FittedAdditive } from './additive-fitted.ts';

/** Options of an additive model. */
export interface AdditiveOptions {
  /** Up to 10 seasons as waves: how many steps each has, and how many harmonics, 1 to 50. @default none */
  readonly seasons?: readonly FourierTerm[] | undefined;
  /** Holidays and other events, those to come included; up to 1,000. @default none */
  readonly events?: readonly AdditiveEvent[] | undefined;
  /** How many changes of slope are looked for, evenly over the first 80 % of the series, 0 to 200. @default 25 */
  readonly changepoints?: number | undefined;
  /** How readily the slope changes; larger is more. @default 0.05 */
  readonly changepointScale?: number | undefined;
}

const fewestObserved = 4;
/** Waves and events are hardly held back. */
const seasonScale = 10;

/**
 * An additive curve in the manner of Prophet (Taylor and Letham 2018): `y(t) = g(t) + Σ s(t) + Σ events + ε`, with `g`
 * a line that may bend at changepoints under a Laplace prior, `s` Fourier series, and an effect for every event. The
 * most probable curve is found by reweighted least squares. The trend and its bends can be read off by `trend()`, the
 * parts of any step by `parts()`.
 *
 * Missing values (NaN) are left out, so that gaps of any length are no trouble. `fit` throws NOVA_ML_TOO_SHORT below
 * four observed values. Use it to explain a long series with holidays, gaps and several seasons; for forecasts of the
 * next steps {@link autoForecast} is better on nearly all series, since this curve looks at the latest values no more
 * than at the first. Cost: some 5 ms for 700 values with 20 waves.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { additive } from '@novacron/ml';
 *
 * const load = Array.from({ length: 200 }, (_, i) => (i < 100 ? i : 200 - i) + 5 * Math.sin((2 * Math.PI * i) / 24));
 * const fitted = additive({ seasons: [{ seasonLength: 24, harmonics: 2 }] }).fit(load);
 * fitted.trend().slope > 0.9 // => true
 * fitted.forecast(1).mean[0]! < 10 // => true
 * ```
 */
export function additive(options: AdditiveOptions = {}): ForecasterWithTimes<FittedAdditive> {
  const { changepointScale = 0.05 } = options;
  const seasons = checkedList(options.seasons, 'seasons').map(({ seasonLength, harmonics }) => {
    checkedInteger(seasonLength, 'seasonLength', 2, longestSeason);
    const most = Math.min(additiveLimits.harmonics, seasonLength >> 1);
    return { seasonLength, harmonics: checkedInteger(harmonics, 'harmonics', 1, most) };
  });
  const events = checkedList(options.events, 'events').map(({ name, steps }) => ({
    name,
    steps: steps.map((step) => checkedInteger(step, `the step of ${name}`, 0, Number.MAX_SAFE_INTEGER)),
  }));
  const wanted = checkedInteger(options.changepoints ?? 25, 'changepoints', 0, additiveLimits.changepoints);
  if (!(changepointScale > 0 && changepointScale < 1e6)) {
    throw invalid(`changepointScale must be above 0, not ${String(changepointScale)}`, { changepointScale });
  }
  return withTimes({
    name: 'Additive model',
    fit(values, fitOptions): FittedAdditive {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < fewestObserved) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `An additive model needs at least ${fewestObserved} observed values, not ${observed}`,
          details: { needed: fewestObserved, observed },
        });
      }
      const { length } = series;
      const scale = powerOfTwoNear(series);
      const scaled = series.map((value) => value / scale);
      const count = Math.min(wanted, Math.floor(0.8 * length) - 1);
      const changepoints = Array.from({ length: Math.max(0, count) }, (_, i) => {
        return Math.round(((i + 1) * 0.8 * length) / (count + 1));
      });
      const shape: AdditiveShape = { length, changepoints, seasons, events };
      const columns = additiveColumns(shape, length, 0);
      const priors = { changepointScale, seasonScale, changepoints: changepoints.length };
      const weights = estimateAdditive(columns, scaled, priors, check);
      const curve = scaled.map((_, i) => {
        let sum = 0;
        for (let c = 0; c < weights.length; c++)
          sum += (weights[c] as number) * ((columns[c] as Float64Array)[i] as number);
        return sum;
      });
      let squares = 0;
      for (const [i, value] of scaled.entries()) if (value === value) squares += (value - (curve[i] as number)) ** 2;
      let bends = 0;
      for (let c = 2; c < 2 + changepoints.length; c++) bends += Math.abs(weights[c] as number);
      // A Laplace variable of mean size b has the variance 2 b²; the rate is that of the past.
      const size = changepoints.length > 0 ? (bends / changepoints.length) * scale : 0;
      const rate = changepoints.length / (0.8 * length);
      const fittedValues = curve.map((value) => value * scale);
      return new FittedAdditive({
        shape,
        weights: weights.map((weight) => weight * scale),
        sigma: Math.sqrt(squares / observed) * scale,
        bendVariance: Math.min(Number.MAX_VALUE, rate * 2 * (size / length) ** 2),
        seen: length,
        observed,
        fittedValues,
        residuals: series.map((value, i) => value - (fittedValues[i] as number)),
      });
    },
  });
}

function checkedList<T>(list: readonly T[] = [], name: 'seasons' | 'events'): readonly T[] {
  if (Array.isArray(list) && list.length <= additiveLimits[name]) return list;
  throw invalid(`${name} must be a list of up to ${additiveLimits[name]}`, { option: name });
}
