import type { FourierTerm } from './fourier-columns.ts';
import type { ArimaStructure } from './arima-structure.ts';

/** The orders that a search varies. */
export interface ArmaOrders {
  /** Autoregressive order. */
  readonly p: number;
  /** Moving average order. */
  readonly q: number;
  /** Seasonal autoregressive order. */
  readonly P: number;
  /** Seasonal moving average order. */
  readonly Q: number;
  /** Whether there is a constant. */
  readonly constant: boolean;
}

/** What a search may look at. */
export interface SearchLimits {
  /** The highest orders. */
  readonly highest: Omit<ArmaOrders, 'constant'>;
  /** The highest sum of the four. */
  readonly sum: number;
  /** Whether a constant may be tried. */
  readonly constant: boolean;
  /** The most models. */
  readonly models: number;
}

/**
 * The stepwise search of Hyndman and Khandakar (2008): four first models, then from the best so far to its neighbours,
 * one or two orders at a time, until none of them is better.
 *
 * @param criterion - What is to be least; Infinity for a model that will not do.
 * @returns all models tried, the best first.
 */
export function stepwiseSearch(limits: SearchLimits, criterion: (orders: ArmaOrders) => number): ArmaOrders[] {
  const tried = new Map<string, { orders: ArmaOrders; value: number }>();
  let best: ArmaOrders | undefined;
  let least = Infinity;
  /** Tells whether the model is the best so far. */
  const attempt = (orders: ArmaOrders): boolean => {
    const { p, q, P, Q } = orders;
    const { highest } = limits;
    const key = `${p} ${q} ${P} ${Q} ${orders.constant}`;
    const outside =
      p < 0 || q < 0 || P < 0 || Q < 0 || p > highest.p || q > highest.q || P > highest.P || Q > highest.Q;
    if (outside || tried.has(key) || tried.size >= limits.models) return false;
    if (orders.constant && !limits.constant) return false;
    if (p + q + P + Q > limits.sum) return false;
    const value = criterion(orders);
    tried.set(key, { orders, value });
    if (best !== undefined && !(value < least)) return false;
    best = orders;
    least = value;
    return true;
  };
  const { highest, constant } = limits;
  const within = (p: number, q: number, P: number, Q: number): ArmaOrders => ({
    p: Math.min(p, highest.p),
    q: Math.min(q, highest.q),
    P: Math.min(P, highest.P),
    Q: Math.min(Q, highest.Q),
    constant,
  });
  attempt(within(2, 2, 1, 1));
  attempt(within(0, 0, 0, 0));
  attempt(within(1, 0, 1, 0));
  attempt(within(0, 1, 0, 1));
  if (constant) attempt({ ...within(0, 0, 0, 0), constant: false });
  for (let moved = true; moved && tried.size < limits.models;) {
    const from = best;
    if (from === undefined) break;
    moved = steps.some(([p, q, P, Q]) =>
      attempt({ ...from, p: from.p + p, q: from.q + q, P: from.P + P, Q: from.Q + Q }),
    );
    moved ||= attempt({ ...from, constant: !from.constant });
  }
  return [...tried.values()].sort((a, b) => a.value - b.value).map(({ orders }) => orders);
}

/** Changes of p, q, P and Q in the order in which R tries them. */
const steps: readonly (readonly [number, number, number, number])[] = [
  [0, 0, -1, 0],
  [0, 0, 0, -1],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
  [0, 0, -1, -1],
  [0, 0, -1, 1],
  [0, 0, 1, -1],
  [0, 0, 1, 1],
  [-1, 0, 0, 0],
  [0, -1, 0, 0],
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [-1, -1, 0, 0],
  [-1, 1, 0, 0],
  [1, -1, 0, 0],
  [1, 1, 0, 0],
];

/** The model that orders and differences make. */
export function structureOfOrders(
  { p, q, P, Q, constant }: ArmaOrders,
  d: number,
  D: number,
  seasonLength: number,
  fourier: readonly FourierTerm[],
): ArimaStructure {
  return {
    order: [p, d, q],
    seasonal: [P, D, Q],
    seasonLength,
    fourier,
    constant: constant ? (d + D === 0 ? 'mean' : 'drift') : 'none',
  };
}
