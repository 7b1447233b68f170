import { describe, expect, it } from 'vitest';
import { additive, PooledLagRegression } from '@novacron/ml';
import { encodeFloats } from '../../src/json/floats.ts';

const damaged: unknown = expect.objectContaining({ code: 'NOVA_ML_DAMAGED', kind: 'invalid' });

describe('JSON that somebody made up', () => {
  it('is refused when a pooled regression has more lags than one may have', () => {
    const lags = new Float64Array(200_000).fill(1);
    const saved = {
      format: 'novacron-forecaster',
      version: 1,
      model: 'pooled-lag-regression',
      lags: encodeFloats(lags),
      coefficients: encodeFloats(new Float64Array(lags.length + 1)),
      seasonLength: 1,
    };
    expect(() => PooledLagRegression.fromJSON(saved)).toThrow(damaged);
  });
});

describe('additive', () => {
  it.each(['seasons', 'events'] as const)('refuses more %s than it can bear', (name) => {
    const many = Array.from({ length: 2_000 }, () => ({ seasonLength: 6, harmonics: 1, name: 'a', steps: [] }));
    expect(() => additive({ [name]: many })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
    expect(() => additive({ [name]: 7 as never })).toThrow(expect.objectContaining({ code: 'NOVA_ML_INVALID' }));
  });
});
