import {
  additive,
  adida,
  arima,
  autoArima,
  autoEts,
  autoForecaster,
  bayesianStructural,
  boostedForecaster,
  ces,
  conformal,
  croston,
  drift,
  ets,
  fittedFromJSON,
  historicalMean,
  holt,
  holtWinters,
  imapa,
  mstlForecast,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
  structural,
  theta,
  windowAverage,
} from '@novacron/ml';
import { describeForecaster } from '@novacron/ml/testing';

const options = { fromJSON: fittedFromJSON };

describeForecaster('naive', () => naive(), options);
describeForecaster('seasonalNaive', () => seasonalNaive({ seasonLength: 12 }), options);
describeForecaster('simpleExponentialSmoothing', () => simpleExponentialSmoothing(), options);
describeForecaster('holt', () => holt(), options);
describeForecaster('damped holt', () => holt({ damped: true }), options);
describeForecaster('holtWinters', () => holtWinters({ seasonLength: 12 }), options);
describeForecaster('damped holtWinters', () => holtWinters({ seasonLength: 12, damped: true }), options);
describeForecaster('ets without trend', () => ets({ trend: 'none', seasonLength: 12 }), options);
describeForecaster('autoEts', () => autoEts({ seasonLength: 12 }), options);
describeForecaster(
  'ets with multiplicative season',
  () => ets({ season: 'multiplicative', seasonLength: 12 }),
  options,
);
describeForecaster('ets with multiplicative error', () => ets({ error: 'multiplicative', seasonLength: 12 }), options);
describeForecaster('theta', () => theta({ seasonLength: 12 }), options);
describeForecaster('optimised theta', () => theta({ seasonLength: 12, kind: 'optimised' }), options);
describeForecaster('dynamic theta', () => theta({ seasonLength: 12, kind: 'dynamic' }), options);
describeForecaster('arima', () => arima({ order: [1, 0, 1] }), options);
describeForecaster('airline arima', () => arima({ order: [0, 1, 1], seasonal: [0, 1, 1], seasonLength: 12 }), options);
describeForecaster('arima with drift', () => arima({ order: [2, 1, 0], constant: true }), options);
describeForecaster(
  'arima with Fourier terms',
  () => arima({ order: [1, 0, 0], fourier: [{ seasonLength: 12, harmonics: 2 }] }),
  options,
);
describeForecaster('autoArima', () => autoArima({ seasonLength: 12 }), options);
describeForecaster('historicalMean', () => historicalMean(), options);
describeForecaster('drift', () => drift(), options);
describeForecaster('windowAverage', () => windowAverage({ window: 7 }), options);
describeForecaster('croston', () => croston({ variant: 'croston' }), options);
describeForecaster('croston sba', () => croston(), options);
describeForecaster('croston tsb', () => croston({ variant: 'tsb', beta: 0.2 }), options);
describeForecaster('adida', () => adida(), options);
describeForecaster('imapa', () => imapa(), options);
describeForecaster('mstlForecast', () => mstlForecast({ seasonLengths: [12, 24] }), options);
describeForecaster('local level', () => structural({ trend: 'level' }), options);
describeForecaster('basic structural model', () => structural({ seasonLength: 12 }), options);
describeForecaster(
  'Bayesian structural',
  () => bayesianStructural({ seasons: [{ seasonLength: 12 }], draws: 20 }),
  options,
);
describeForecaster(
  'Bayesian semi-local with waves',
  () => bayesianStructural({ trend: 'semi-local', seasons: [{ seasonLength: 12, harmonics: 6 }], draws: 20 }),
  options,
);
describeForecaster('boostedForecaster', () => boostedForecaster({ seasonLength: 12, trees: 30 }), options);
for (const season of ['none', 'simple', 'partial', 'full', 'auto'] as const) {
  describeForecaster(`ces with season ${season}`, () => ces({ season, seasonLength: 12 }), options);
}
describeForecaster('additive', () => additive({ seasons: [{ seasonLength: 12, harmonics: 3 }] }), options);
describeForecaster('conformal', () => conformal(holtWinters({ seasonLength: 12 })), options);
describeForecaster('autoForecaster', () => autoForecaster({ seasonLength: 12 }), options);
describeForecaster('autoForecaster without a season', () => autoForecaster({ seasonLength: 1, horizon: 6 }), options);
describeForecaster('autoForecaster that looks for a season', () => autoForecaster({ horizon: 24 }), {
  ...options,
  seasonLength: 24,
});
