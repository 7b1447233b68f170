import { checkedInteger, longestSeason } from '../../values.ts';
import { invalid } from '../../error.ts';
import type { FourierTerm } from './fourier-columns.ts';

/** Three orders: of autoregression, of differences, of moving average. */
export type ArimaOrder = readonly [ar: number, differences: number, ma: number];

/** Which ARIMA model. */
export interface ArimaStructure {
  /** Orders `p, d, q`. */
  readonly order: ArimaOrder;
  /** Seasonal orders `P, D, Q`. */
  readonly seasonal: ArimaOrder;
  /** Steps in a season; 1 without one. */
  readonly seasonLength: number;
  /** Whether the values have a mean that is not 0, or their differences one (a drift). */
  readonly constant: 'none' | 'mean' | 'drift';
  /** Waves that are regressors, for seasons too long for lags. */
  readonly fourier: readonly FourierTerm[];
}

/** `ARIMA(0,1,1)(0,1,1)[12]`, with its constant if there is one. */
export function arimaName({ order, seasonal, seasonLength, constant, fourier }: ArimaStructure): string {
  const season = seasonLength > 1 && seasonal.some((part) => part > 0) ? `(${seasonal.join()})[${seasonLength}]` : '';
  const suffix = { none: '', mean: ' with mean', drift: ' with drift' }[constant];
  const waves = fourier.map((term) => ` with Fourier(${term.harmonics})[${term.seasonLength}]`).join('');
  return `ARIMA(${order.join()})${season}${suffix}${waves}`;
}

/** How many values the differences take away. */
export function lostValues({ order, seasonal, seasonLength }: ArimaStructure): number {
  return order[1] + seasonal[1] * seasonLength;
}

/** How many coefficients of the two polynomials are estimated. */
export function armaCoefficients({ order, seasonal }: ArimaStructure): number {
  return order[0] + order[2] + seasonal[0] + seasonal[2];
}

/** The name of each coefficient in the order in which they are kept: `ar1`, `ma1`, `sar1`, `sma1`. */
export function coefficientNames({ order, seasonal }: ArimaStructure): string[] {
  const named = (kind: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${kind}${i + 1}`);
  return [
    ...named('ar', order[0]),
    ...named('ma', order[2]),
    ...named('sar', seasonal[0]),
    ...named('sma', seasonal[2]),
  ];
}

/** The highest order of each part that makes sense. */
const highest = { ar: 60, differences: 2, ma: 60, seasonalAr: 5, seasonalDifferences: 1, seasonalMa: 5 } as const;

/**
 * @throws {MlError} NOVA_ML_INVALID when an order is not a whole number in its range.
 * @returns the orders, checked.
 */
export function checkedStructure(structure: ArimaStructure): ArimaStructure {
  const seasonLength = checkedInteger(structure.seasonLength, 'seasonLength', 1, longestSeason);
  const [p, d, q] = checkedOrder(structure.order, 'order');
  const [P, D, Q] = checkedOrder(structure.seasonal, 'seasonal');
  checkedInteger(p, 'order[0]', 0, highest.ar);
  checkedInteger(d, 'order[1]', 0, highest.differences);
  checkedInteger(q, 'order[2]', 0, highest.ma);
  checkedInteger(P, 'seasonal[0]', 0, seasonLength > 1 ? highest.seasonalAr : 0);
  checkedInteger(D, 'seasonal[1]', 0, seasonLength > 1 ? highest.seasonalDifferences : 0);
  checkedInteger(Q, 'seasonal[2]', 0, seasonLength > 1 ? highest.seasonalMa : 0);
  const longest = Math.max(p + P * seasonLength, q + Q * seasonLength);
  if (longest > longestLag) {
    throw invalid(
      `The longest lag of the model would be ${longest}, more than ${longestLag}; use autoArima, which takes Fourier terms for long seasons`,
      { longest, limit: longestLag },
    );
  }
  if (structure.fourier.length > mostTerms) {
    throw invalid(`There must be up to ${mostTerms} Fourier terms, not ${structure.fourier.length}`, {
      option: 'fourier',
    });
  }
  for (const term of structure.fourier) {
    checkedInteger(term.seasonLength, 'fourier.seasonLength', 2, longestSeason);
    checkedInteger(term.harmonics, 'fourier.harmonics', 1, Math.min(mostHarmonics, term.seasonLength >> 1));
  }
  return { ...structure, order: [p, d, q], seasonal: [P, D, Q], seasonLength };
}

/** Beyond this the covariance of the states, of its square, takes too much time and memory. */
const longestLag = 800;

const mostHarmonics = 100;
const mostTerms = 10;

function checkedOrder(order: unknown, name: string): ArimaOrder {
  if (Array.isArray(order) && order.length === 3) return order as unknown as ArimaOrder;
  throw invalid(`${name} must be three whole numbers, like [0, 1, 1]`, { option: name });
}
