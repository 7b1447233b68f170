import { mstl } from '../../decompose/mstl.ts';
import { MlError } from '../../error.ts';
import { autoEts } from '../auto-ets.ts';
import { holt } from '../holt.ts';
import { seasonalNaive } from '../seasonal-naive.ts';
import { theta } from '../theta.ts';
import { lagForecasts } from './lag-regression.ts';

/** What one method forecasts at each origin. */
export interface Candidate {
  /** The method, for people. */
  readonly name: string;
  /** A forecast for each origin, in their order. */
  readonly means: readonly Float64Array[];
}

type Method = (past: Float64Array, horizon: number) => Float64Array;

/** From this many values on, regression takes the place of the dearer methods. */
const long = 250;

/**
 * Forecasts of all methods that make sense for a series of this length.
 *
 * @param values - Without gaps.
 * @param origins - Ascending; at each, only values before it are used. The last is the end of the series.
 * @param horizons - How many steps to forecast at each.
 */
export function forecastCandidates(
  values: Float64Array,
  seasonLength: number,
  origins: readonly number[],
  horizons: readonly number[],
  check: () => void,
): Candidate[] {
  const m = seasonLength;
  const plain = { levels: [] };
  const methods: [string, Method][] = [
    [
      m > 1 ? 'seasonal naive' : 'naive',
      (past, steps) => seasonalNaive({ seasonLength: m }).fit(past).forecast(steps, plain).mean,
    ],
    [
      'dynamic theta',
      (past, steps) => theta({ seasonLength: m, kind: 'dynamic' }).fit(past).forecast(steps, plain).mean,
    ],
  ];
  const few = values.length < long;
  const regressions = lagForecasts(values, m, origins, horizons, few, check);
  const seasons = values.length / m;
  if (values.length >= long && seasons >= 21 && m >= 24) {
    methods.push([
      'seasonal naive by the week',
      (past, steps) =>
        seasonalNaive({ seasonLength: 7 * m })
          .fit(past)
          .forecast(steps, plain).mean,
    ]);
  }
  if (few || regressions.length === 0 || m < 24) {
    methods.push(
      ['theta', (past, steps) => theta({ seasonLength: m }).fit(past).forecast(steps, plain).mean],
      ['ETS', (past, steps) => autoEts({ seasonLength: m, quick: true }).fit(past).forecast(steps, plain).mean],
      ['STL with a damped trend', (past, steps) => stlForecast(past, m, steps)],
    );
  }
  const found = methods.flatMap(([name, method]): Candidate[] => {
    const means = origins.map((origin, i) => {
      check();
      return attempt(() => method(values.subarray(0, origin), horizons[i] as number));
    });
    const whole = means.filter((mean) => mean !== undefined && mean.every(Number.isFinite)) as Float64Array[];
    return whole.length === origins.length ? [{ name, means: whole }] : [];
  });
  return [...found, ...regressions.filter(({ means }) => means.every((mean) => mean.every(Number.isFinite)))];
}

/** A method that finds a series too short or leaves the range of numbers is no candidate. */
function attempt(run: () => Float64Array): Float64Array | undefined {
  try {
    return run();
  } catch (error) {
    if (MlError.isInstance(error) && error.kind === 'invalid') return undefined;
    throw error;
  }
}

function stlForecast(past: Float64Array, seasonLength: number, horizon: number): Float64Array {
  const { seasons, seasonLengths } = mstl(past, { seasonLengths: seasonLength > 1 ? [seasonLength] : [] });
  const [season] = seasons;
  const [length] = seasonLengths;
  if (season === undefined || length === undefined)
    return holt({ damped: true }).fit(past).forecast(horizon, { levels: [] }).mean;
  const adjusted = past.map((value, i) => value - (season[i] as number));
  const { mean } = holt({ damped: true }).fit(adjusted).forecast(horizon, { levels: [] });
  return mean.map((value, step) => value + (season[past.length - length + (step % length)] as number));
}
