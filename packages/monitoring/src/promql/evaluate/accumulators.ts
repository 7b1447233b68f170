import type { AggregationOperator } from '../ast/expression.ts';

/** An aggregation that sees one value after the other. */
export interface Accumulator {
  /** Makes room for as many results. */
  readonly create: (size: number) => Accumulation;
}

/** Results under way. */
export interface Accumulation {
  /**
   * Adds a row's values to the results from a place on.
   *
   * @param start - The place of the first.
   * @param values - The row's values.
   * @param present - Where it has one.
   * @param seen - By place, whether there was a value before; 1 afterwards where there is one.
   */
  readonly addRow: (start: number, values: Float64Array, present: Uint8Array, seen: Uint8Array) => void;
  /** The results. */
  readonly finish: () => Float64Array;
}

/** Adds a value to the result at a place. */
type Add = (place: number, value: number, isFirst: boolean) => void;

function rowsBy(add: Add): Accumulation['addRow'] {
  return (start, values, present, seen) => {
    for (let step = 0; step < values.length; step++) {
      if (present[step] === 0) continue;
      const place = start + step;
      add(place, values[step] as number, seen[place] === 0);
      seen[place] = 1;
    }
  };
}

/** Neumaier's sums, of many results. */
class Sums {
  readonly sums: Float64Array;
  readonly compensations: Float64Array;

  constructor(size: number) {
    this.sums = new Float64Array(size);
    this.compensations = new Float64Array(size);
  }

  add(place: number, value: number): void {
    const { sums, compensations } = this;
    const before = sums[place] as number;
    const sum = before + value;
    if (sum === Infinity || sum === -Infinity) compensations[place] = 0;
    else {
      const lost = Math.abs(before) >= Math.abs(value) ? before - sum + value : value - sum + before;
      compensations[place] = (compensations[place] as number) + lost;
    }
    sums[place] = sum;
  }
}

function sum(size: number): Accumulation {
  const totals = new Sums(size);
  return {
    addRow(start, values, present, seen) {
      for (let step = 0; step < values.length; step++) {
        if (present[step] === 0) continue;
        const place = start + step;
        if (seen[place] === 1) totals.add(place, values[step] as number);
        else {
          totals.sums[place] = values[step] as number;
          seen[place] = 1;
        }
      }
    },
    finish: () => totals.sums.map((total, place) => total + (totals.compensations[place] as number)),
  };
}

/** The sum by the count; where the sum is too large for a float, a running mean. */
function average(size: number): Accumulation {
  const totals = new Sums(size);
  const { sums, compensations } = totals;
  const counts = new Float64Array(size);
  const running = new Uint8Array(size);
  return {
    addRow: rowsBy((place, value, isFirst) => {
      const count = (counts[place] as number) + 1;
      counts[place] = count;
      if (isFirst) {
        sums[place] = value;
        return;
      }
      if (running[place] === 0) {
        const [before, compensation] = [sums[place] as number, compensations[place] as number];
        totals.add(place, value);
        if (Math.abs(sums[place] as number) !== Infinity) return;
        running[place] = 1;
        sums[place] = before / (count - 1);
        compensations[place] = compensation / (count - 1);
      }
      const weight = (count - 1) / count;
      sums[place] = (sums[place] as number) * weight;
      compensations[place] = (compensations[place] as number) * weight;
      totals.add(place, value / count);
    }),
    finish: () =>
      sums.map((total, place) => {
        const divisor = running[place] === 1 ? 1 : (counts[place] as number);
        return total / divisor + (compensations[place] as number) / divisor;
      }),
  };
}

function extreme(isBetter: (value: number, best: number) => boolean): (size: number) => Accumulation {
  return (size) => {
    const best = new Float64Array(size);
    return {
      addRow: rowsBy((place, value, isFirst) => {
        const known = best[place] as number;
        if (isFirst || isBetter(value, known) || Number.isNaN(known)) best[place] = value;
      }),
      finish: () => best,
    };
  };
}

function count(size: number): Accumulation {
  const counts = new Float64Array(size);
  return {
    addRow: rowsBy((place) => {
      counts[place] = (counts[place] as number) + 1;
    }),
    finish: () => counts,
  };
}

/** Welford's method. */
function variance(result: (variance: number) => number): (size: number) => Accumulation {
  return (size) => {
    const counts = new Float64Array(size);
    const means = new Float64Array(size);
    const squares = new Float64Array(size);
    return {
      addRow: rowsBy((place, value, isFirst) => {
        const number = (counts[place] as number) + 1;
        counts[place] = number;
        if (isFirst) {
          means[place] = value;
          squares[place] = Number.isFinite(value) ? 0 : Number.NaN;
          return;
        }
        const difference = value - (means[place] as number);
        const mean = (means[place] as number) + difference / number;
        means[place] = mean;
        squares[place] = (squares[place] as number) + difference * (value - mean);
      }),
      finish: () => squares.map((square, place) => result(square / (counts[place] as number))),
    };
  };
}

/** The aggregations that see one value after the other. */
export const accumulators: ReadonlyMap<AggregationOperator, Accumulator> = new Map<AggregationOperator, Accumulator>([
  ['sum', { create: sum }],
  ['avg', { create: average }],
  ['min', { create: extreme((value, best) => value < best) }],
  ['max', { create: extreme((value, best) => value > best) }],
  ['count', { create: count }],
  ['group', { create: (size) => ({ addRow: rowsBy(() => {}), finish: () => new Float64Array(size).fill(1) }) }],
  ['stdvar', { create: variance((value) => value) }],
  ['stddev', { create: variance(Math.sqrt) }],
]);
