import { MlError } from '../../error.ts';
import { fillMissing } from '../../decompose/fill-missing.ts';
import { fitBudget } from '../../fit-budget.ts';
import { checkedInteger, longestSeason, observedCount, toValues } from '../../values.ts';
import { withTimes } from '../timed/with-times.ts';
import type { ArimaFitOptions, ArimaForecaster } from './arima.ts';
import type { FittedArima } from './arima-fitted.ts';
import { armaCoefficients, type ArimaStructure } from './arima-structure.ts';
import { isCloseToUnitRoot } from './arma-roots.ts';
import type { FourierTerm } from './fourier-columns.ts';
import { differencesNeeded, isConstant, lagged, seasonalDifferencesNeeded } from './difference-orders.ts';
import { estimateArima } from './estimate-arima.ts';
import { completeArima, likelihoodOf, neededValues, prepareSeries, type PreparedSeries } from './fit-arima.ts';
import { chooseHarmonics } from './choose-harmonics.ts';
import { checkedRegressors } from './regressors.ts';
import { stepwiseSearch, structureOfOrders, type ArmaOrders } from './stepwise-search.ts';

/** What an automatic ARIMA model may choose from. */
export interface AutoArimaOptions {
  /**
   * Steps in a season, 1 (none) to 527,040, or in each of several. Up to 24 steps the shortest is part of the ARIMA
   * model; longer ones become Fourier terms. @default 1
   */
  readonly seasonLength?: number | readonly number[] | undefined;
  /** Highest order of the autoregression and of the moving average, 0 to 5. @default 5 */
  readonly maxOrder?: number | undefined;
  /** Highest seasonal order of both, 0 to 2. @default 2 */
  readonly maxSeasonalOrder?: number | undefined;
  /** Whether a mean or a drift may be chosen. @default true */
  readonly constant?: boolean | undefined;
  /** Models compared by conditional errors only. @default beyond 150 values or a season of 12 */
  readonly approximate?: boolean | undefined;
  /** The most models tried, 1 to 1,000. @default 94 */
  readonly maxModels?: number | undefined;
}

const fewestObserved = 3;
/** Longer seasons are too dear for the states of a seasonal ARIMA model. */
const longestArimaSeason = 24;

/**
 * Automatic ARIMA (Hyndman and Khandakar 2008): the season is differenced away when its strength is over 0.64, the rest
 * until a KPSS test finds a level (twice at most), and the orders are those with the least AICc on a stepwise walk from (2,2)(1,1).
 * Models with a root within 1 % of the unit circle are passed over, as R's `auto.arima` does. Seasons of over 24 steps
 * become Fourier terms (Young, Pedregal, Tych 1999), as many as AICc asks for, with ARIMA errors around them.
 *
 * Where there is a season, the rest is differenced once at most: twice makes forecasts worse (OWA 0.88 instead of 0.87
 * on monthly series of the M3 competition). Choices agree with R's mostly, not always: the likelihoods here are exact where R's hold a prior of finite width, and
 * the optimiser reaches some optima that R's misses. Missing values (NaN) are filled for the choice; the chosen model bridges them by its filter.
 *
 * Use it where {@link autoEts} leaves autocorrelated residuals or regressors matter. Cost: 5 to 60 ms for 100 values
 * with a season of 12, 0.1 to 0.5 s for 4,000.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option is out of range.
 *
 * @example
 * ```ts
 * import { autoArima } from '@novacron/ml';
 *
 * const load = Array.from({ length: 96 }, (_, i) => 50 + i + 10 * Math.sin((i * Math.PI) / 6) + ((i * 7) % 5));
 * const fitted = autoArima({ seasonLength: 12 }).fit(load);
 * fitted.describe().seasonal[1] // => 1
 * ```
 */
export function autoArima(options: AutoArimaOptions = {}): ArimaForecaster {
  const { constant = true } = options;
  const seasonLengths = (
    typeof options.seasonLength === 'object' ? [...options.seasonLength] : [options.seasonLength ?? 1]
  )
    .map((length) => checkedInteger(length, 'seasonLength', 1, longestSeason))
    .sort((a, b) => a - b);
  const highest = checkedInteger(options.maxOrder ?? 5, 'maxOrder', 0, 5);
  const highestSeasonal = checkedInteger(options.maxSeasonalOrder ?? 2, 'maxSeasonalOrder', 0, 2);
  const models = checkedInteger(options.maxModels ?? 94, 'maxModels', 1, 1_000);
  return withTimes({
    name: 'Automatic ARIMA',
    fit(values, fitOptions: ArimaFitOptions | undefined): FittedArima {
      const check = fitBudget(fitOptions);
      const series = toValues(values);
      const observed = observedCount(series);
      if (observed < fewestObserved) {
        throw new MlError({
          kind: 'invalid',
          code: 'NOVA_ML_TOO_SHORT',
          message: `Automatic ARIMA needs at least ${fewestObserved} observed values, not ${observed}`,
          details: { needed: fewestObserved, observed },
        });
      }
      const regressors = checkedRegressors(fitOptions?.regressors, series.length);
      const [shortest = 1] = seasonLengths;
      const m = shortest <= longestArimaSeason ? shortest : 1;
      const fourier = chooseHarmonics(
        series,
        seasonLengths.filter((length) => length > longestArimaSeason),
      );
      const filled = fillMissing(series, m).subarray(
        series.findIndex((value) => value === value),
        series.findLastIndex((value) => value === value) + 1,
      );
      const { rest } = fourier;
      // The search looks at a series without gaps and waves, so that it need not estimate them again and again.
      const searched = rest(fillMissing(series, m));
      const D = seasonalDifferencesNeeded(rest(filled), m);
      const seasonless = D === 1 ? lagged(rest(filled), m) : rest(filled);
      const d = differencesNeeded(seasonless, m > 1 ? 1 : 2);
      const stationary = d === 0 ? seasonless : d === 1 ? lagged(seasonless, 1) : lagged(lagged(seasonless, 1), 1);
      const flat = isConstant(stationary);
      const structureAt = (orders: ArmaOrders, waves: readonly FourierTerm[]): ArimaStructure =>
        structureOfOrders(orders, d, D, m, waves);
      const limits = {
        highest: {
          p: flat ? 0 : Math.min(highest, Math.floor(observed / 3)),
          q: flat ? 0 : Math.min(highest, Math.floor(observed / 3)),
          P: flat || m === 1 ? 0 : Math.min(highestSeasonal, Math.floor(observed / 3 / m)),
          Q: flat || m === 1 ? 0 : Math.min(highestSeasonal, Math.floor(observed / 3 / m)),
        },
        sum: 5,
        constant: constant && d + D <= 1,
        models,
      };
      const approximate = options.approximate ?? (observed > 150 || m > 12 || fourier.terms.length > 0);
      const method = approximate ? 'css' : 'css-ml';
      const prepared = new Map<ArimaStructure['constant'], PreparedSeries>();
      let least = Infinity;
      const criterion = (orders: ArmaOrders): number => {
        const structure = structureAt(orders, []);
        if (observed < neededValues(structure, regressors.length)) return Infinity;
        const known = prepared.get(structure.constant) ?? prepareSeries(searched, regressors, structure);
        prepared.set(structure.constant, known);
        const likelihood = likelihoodOf(structure, known);
        const count = armaCoefficients(structure) + known.columns.length + 1;
        const { used } = likelihood;
        if (used <= count + 1) return Infinity;
        const penalty = (2 * count * used) / (used - count - 1);
        const hopeBelow = (penalty - least) / 2;
        const estimate = estimateArima(structure, likelihood, { method, check, quick: true, hopeBelow });
        if (isCloseToUnitRoot(structure, estimate.point)) return Infinity;
        const value = penalty - 2 * estimate.logLikelihood;
        least = Math.min(least, value);
        return value;
      };
      const ranked = stepwiseSearch(limits, criterion);
      let chosen: FittedArima | undefined;
      for (const orders of ranked) {
        const structure = structureAt(orders, fourier.terms);
        if (observed < neededValues(structure, regressors.length)) continue;
        const known = prepareSeries(series, regressors, structure);
        const likelihood = likelihoodOf(structure, known);
        const estimate = estimateArima(structure, likelihood, { method: 'css-ml', check });
        chosen = completeArima(series, structure, known, likelihood, estimate, 'css-ml', observed, check);
        if (!isCloseToUnitRoot(structure, estimate.point)) break;
      }
      if (chosen !== undefined) return chosen;
      throw new MlError({
        kind: 'invalid',
        code: 'NOVA_ML_TOO_SHORT',
        message: 'The series is too short for any ARIMA model with its differences and regressors',
        details: { observed, regressors: regressors.length },
      });
    },
  });
}
