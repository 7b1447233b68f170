import { conformal, empirical, ets, naive, seasonalNaive, theta, timed } from '@novacron/ml';
import { describeForecasterSpeed } from '@novacron/ml/testing';

const growing = { trend: 'damped-multiplicative', season: 'multiplicative', seasonLength: 12 } as const;
// Growth that is not damped leaves the range of numbers before a million steps, which is a typed error.
describeForecasterSpeed('ets with damped growth and a season that multiplies', () => ets(growing));
describeForecasterSpeed('ets with additive errors and growth', () => ets({ ...growing, error: 'additive' }));
describeForecasterSpeed('conformal with own steps', () =>
  conformal(seasonalNaive({ seasonLength: 12 }), { horizon: 6, steps: 'own' }),
);
describeForecasterSpeed('empirical theta', () => empirical(theta({ seasonLength: 12 })));
describeForecasterSpeed('timed in a zone', () => timed(naive(), { stepMs: 3_600_000, timeZone: 'America/New_York' }));
