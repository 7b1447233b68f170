import { invalid } from '../error.ts';
import { fitBudget, type FitOptions } from '../fit-budget.ts';
import { robustScale } from '../statistics/robust-scale.ts';
import { SortedWindow } from '../statistics/sorted-window.ts';
import { checkedInteger, toValues } from '../values.ts';

/** How changes are looked for. */
export interface ChangepointOptions extends FitOptions {
  /** What a change must gain in units of twice the log likelihood; more finds fewer. @default 3 log n */
  readonly penalty?: number | undefined;
  /** The least values between two changes. @default 5 */
  readonly minimumLength?: number | undefined;
}

/** A place from which on a series has another level. */
export interface Changepoint {
  /** The first value of the new level. */
  readonly index: number;
  /** The mean from the change before to this one. */
  readonly before: number;
  /** The mean from here to the next change. */
  readonly after: number;
}

/** So many places at most are looked at; in a longer series some lie between them. */
const mostPlaces = 5_000;

/**
 * Places where the level of a series changes: those that make the sum of squared distances from the means between them,
 * plus a penalty for each, least of all (PELT, Killick, Fearnhead and Eckley 2012). The noise is measured by the changes
 * from value to value, so that a shift does not count as noise. Missing values (NaN) are passed over.
 *
 * Take seasons away first with {@link seasonalAdjustment}; a trend is cut into stairs, and values that lean on one another
 * look like many small changes: raise the penalty there. Beyond 5,000 values changes are found on a grid of so many
 * places, then moved to the best place around. Cost: milliseconds where there are changes; 0.1 s for 5,000 values, and a
 * second for a million, where there are none.
 *
 * @throws {MlError} NOVA_ML_INVALID when an option or a value is out of range.
 * @throws {MlError} NOVA_ML_TIMEOUT when the time budget ran out.
 * @throws {MlError} NOVA_ML_ABORTED when the signal had fired.
 *
 * @example
 * ```ts
 * import { changepoints } from '@novacron/ml';
 *
 * const latency = Array.from({ length: 120 }, (_, i) => (i < 70 ? 20 : 28) + ((i * 7) % 5) / 2);
 * changepoints(latency).map(({ index, before, after }) => [index, Math.round(after - before)]) // => [[70, 8]]
 * ```
 */
export function changepoints(values: ArrayLike<number>, options: ChangepointOptions = {}): readonly Changepoint[] {
  const check = fitBudget(options);
  const series = toValues(values);
  const least = checkedInteger(options.minimumLength ?? 5, 'minimumLength', 1, 100_000_000);
  const places = Array.from(series.keys()).filter((i) => !Number.isNaN(series[i]));
  const known = Float64Array.from(places, (i) => series[i] as number);
  const penalty = options.penalty ?? 3 * Math.log(Math.max(2, known.length));
  if (!(penalty >= 0 && penalty < Infinity)) throw invalid('penalty must be a number from 0', { penalty });
  if (known.length < 2 * least) return [];
  const cost = costOf(known);
  const grid = Math.ceil(known.length / mostPlaces);
  const found = refined(
    pelt(known.length, cost, penalty, least, grid, check),
    known.length,
    cost,
    penalty,
    least,
    grid,
  );
  const bounds = [0, ...found, known.length];
  const means = found.concat(known.length).map((end, k) => meanOf(known, bounds[k] as number, end));
  return found.map((place, k) => ({
    index: places[place] as number,
    before: means[k] as number,
    after: means[k + 1] as number,
  }));
}

/** The squared distances of the values from `start` to before `end` from their mean, in units of the noise. */
type Cost = (start: number, end: number) => number;

function costOf(values: Float64Array): Cost {
  const changes = Float64Array.from({ length: values.length - 1 }, (_, i) => {
    return (values[i + 1] as number) - (values[i] as number);
  });
  const noise = robustScale(SortedWindow.of(changes)) / Math.SQRT2;
  const centre = SortedWindow.of(values).median();
  const sums = new Float64Array(values.length + 1);
  const squares = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    // A value beyond all measure would drown the digits of the others in the sums.
    const distance = Math.max(-1e6, Math.min(1e6, (values[i] as number) / noise - centre / noise));
    sums[i + 1] = (sums[i] as number) + distance;
    squares[i + 1] = (squares[i] as number) + distance * distance;
  }
  return (start, end) => {
    const sum = (sums[end] as number) - (sums[start] as number);
    return (squares[end] as number) - (squares[start] as number) - (sum * sum) / (end - start);
  };
}

/** The best changes among every `grid`-th place. */
function pelt(length: number, cost: Cost, penalty: number, least: number, grid: number, check: () => void): number[] {
  const count = Math.ceil(length / grid);
  const placeOf = (k: number): number => Math.min(length, k * grid);
  const best = new Float64Array(count + 1).fill(Infinity);
  best[0] = -penalty;
  const last = new Int32Array(count + 1);
  const starts = new Int32Array(count + 1); // where the last segment may begin, after those that are beaten for good
  const beatenAt = new Int32Array(count + 1).fill(length);
  const costs = new Float64Array(count + 1);
  let alive = 1;
  let entered = 0;
  for (let k = 1; k <= count; k++) {
    check();
    const end = placeOf(k);
    // A segment may begin where it leaves room for the least length.
    while (entered + 1 < k && end - placeOf(entered + 1) >= least)
      if (best[++entered] !== Infinity) starts[alive++] = entered;
    let value = Infinity;
    for (let a = 0; a < alive; a++) {
      const start = starts[a] as number;
      const sum = (best[start] as number) + cost(placeOf(start), end);
      costs[a] = sum;
      if (sum >= value || end - placeOf(start) < least) continue;
      value = sum;
      last[k] = start;
    }
    best[k] = value + penalty;
    // What is worse than a change right here stays so, but only once a segment from here is long enough to be one.
    let kept = 0;
    for (let a = 0; a < alive; a++) {
      const start = starts[a] as number;
      if (beatenAt[start] === length && (costs[a] as number) > (best[k] as number)) beatenAt[start] = end;
      if (end - (beatenAt[start] as number) < least) starts[kept++] = start;
    }
    alive = kept;
  }
  const found: number[] = [];
  for (let k = last[count] as number; k > 0; k = last[k] as number) found.unshift(placeOf(k));
  return found;
}

/** Moves each change to the best place around it, and leaves out what is not worth its penalty then. */
function refined(
  found: readonly number[],
  length: number,
  cost: Cost,
  penalty: number,
  least: number,
  grid: number,
): readonly number[] {
  if (grid === 1) return found;
  let places = [...found];
  const beside = (k: number): readonly [before: number, after: number] => [places[k - 1] ?? 0, places[k + 1] ?? length];
  for (;;) {
    for (const [k, place] of places.entries()) {
      const [before, after] = beside(k);
      let choice = place;
      for (let i = Math.max(before + least, place - grid + 1); i < Math.min(after - least + 1, place + grid); i++) {
        if (cost(before, i) + cost(i, after) < cost(before, choice) + cost(choice, after)) choice = i;
      }
      places[k] = choice;
    }
    // A change within a step of the grid leaves one on either side of it; of neighbours one goes at a time.
    let wentBefore = false;
    const kept = places.filter((place, k) => {
      const [before, after] = beside(k);
      wentBefore = !wentBefore && cost(before, after) - cost(before, place) - cost(place, after) < penalty;
      return !wentBefore;
    });
    if (kept.length === places.length) return places;
    places = kept;
  }
}

function meanOf(values: Float64Array, start: number, end: number): number {
  let mean = 0;
  for (let i = start; i < end; i++) mean += (values[i] as number) / (end - start);
  return mean;
}
