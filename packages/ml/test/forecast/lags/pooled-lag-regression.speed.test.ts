import { pooledLagRegression } from '@novacron/ml';
import { describeForecasterSpeed } from '@novacron/ml/testing';

const fleet = Array.from({ length: 30 }, (_, machine) =>
  Float64Array.from({ length: 120 }, (_, hour) => {
    return (1 + machine) * (10 + 4 * Math.sin((hour * Math.PI) / 12) + ((hour * 7) % 5) / 10);
  }),
);
const pooled = pooledLagRegression(fleet, { seasonLength: 24 });

describeForecasterSpeed('pooled lag regression', () => pooled.forecaster(), { seasonLength: 24 });
