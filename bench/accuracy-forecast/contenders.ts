import {
  additive,
  autoArima,
  autoEts,
  autoForecast,
  card,
  mstlForecast,
  theta,
  type Forecast,
  type Forecaster,
} from '@novacron/ml';

/** A forecast, and whether the default forecaster fell back to seasonal naive. */
export interface Contribution extends Forecast {
  /** Set by the default forecaster only. */
  readonly gated?: boolean;
}

/** Forecasts a series of a known season with a 95 % interval. */
export type Contender = (training: readonly number[], seasonLength: number, horizon: number) => Contribution;

const options = { levels: [0.95] };

function model(make: (seasonLength: number) => Forecaster): Contender {
  return (training, seasonLength, horizon) => make(seasonLength).fit(training).forecast(horizon, options);
}

/** Our methods by the name that the command line gives them. */
export const contenders: ReadonlyMap<string, Contender> = new Map<string, Contender>([
  [
    'autoForecast',
    (training, seasonLength, horizon) => {
      const forecast = autoForecast(training, { horizon, seasonLength, ...options });
      return { mean: forecast.mean, intervals: forecast.intervals, gated: forecast.validation.gated };
    },
  ],
  ['autoArima', model((seasonLength) => autoArima({ seasonLength }))],
  ['autoEts', model((seasonLength) => autoEts({ seasonLength }))],
  ['theta', model((seasonLength) => theta({ seasonLength }))],
  ['card', model((seasonLength) => card({ seasonLength }))],
  ['mstlForecast', model((seasonLength) => mstlForecast({ seasonLengths: seasonLength > 1 ? [seasonLength] : [] }))],
  [
    'additive',
    model((seasonLength) => {
      const harmonics = Math.min(10, seasonLength >> 1);
      return additive({ seasons: seasonLength > 1 ? [{ seasonLength, harmonics }] : [] });
    }),
  ],
]);
