import {
  autoEts,
  ets,
  fittedFromJSON,
  holt,
  holtWinters,
  naive,
  seasonalNaive,
  simpleExponentialSmoothing,
  theta,
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
