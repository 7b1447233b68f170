/** Sorted buckets of a classic histogram: upper bounds and how many observations are not above them. */
export interface Buckets {
  readonly bounds: Float64Array;
  readonly counts: Float64Array;
  /** How many buckets there are; the arrays may be longer. */
  length: number;
  /** Whether counts went down by more than rounding, and were lifted. */
  forced: boolean;
}

/** Room for as many buckets. */
export function bucketsOf(capacity: number): Buckets {
  return { bounds: new Float64Array(capacity), counts: new Float64Array(capacity), length: 0, forced: false };
}

/** Adds a bucket behind those with lower bounds; one of the same bound is joined with it. */
export function addBucket(buckets: Buckets, bound: number, count: number): void {
  const { bounds, counts, length } = buckets;
  if (length > 0 && bounds[length - 1] === bound) counts[length - 1] = (counts[length - 1] as number) + count;
  else {
    bounds[length] = bound;
    counts[length] = count;
    buckets.length++;
  }
}

/** Whether the last bucket holds everything. */
function isComplete({ bounds, length }: Buckets): boolean {
  return length > 0 && bounds[length - 1] === Infinity;
}

/** Lifts counts that are lower than those of lower bounds; differences of rounding are evened out. */
function makeMonotonic(buckets: Buckets): void {
  const { counts, length } = buckets;
  buckets.forced = false;
  let previous = counts[0] as number;
  for (let i = 1; i < length; i++) {
    const count = counts[i] as number;
    if (count === previous) continue;
    const larger = Math.max(Math.abs(count), Math.abs(previous));
    if (Math.abs(count - previous) <= 1e-12 * larger) counts[i] = previous;
    else if (count < previous) {
      counts[i] = previous;
      buckets.forced = true;
    } else previous = count;
  }
}

/**
 * A quantile of the observations, as if they lay evenly within a bucket.
 *
 * Source: Prometheus, "Query functions", histogram_quantile().
 */
export function bucketQuantile(quantile: number, buckets: Buckets): number {
  buckets.forced = false;
  if (Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  if (!isComplete(buckets)) return Number.NaN;
  makeMonotonic(buckets);
  const { bounds, counts, length } = buckets;
  const observations = counts[length - 1] as number;
  if (length < 2 || observations === 0 || Number.isNaN(observations)) return Number.NaN;
  let rank = quantile * observations;
  let bucket = 0;
  while (bucket < length - 1 && (counts[bucket] as number) < rank) bucket++;
  if (bucket === length - 1) return bounds[length - 2] as number;
  const end = bounds[bucket] as number;
  if (bucket === 0 && end <= 0) return end;
  let start = 0;
  let count = counts[bucket] as number;
  if (bucket > 0) {
    start = bounds[bucket - 1] as number;
    count -= counts[bucket - 1] as number;
    rank -= counts[bucket - 1] as number;
  }
  return start + (end - start) * (rank / count);
}

/**
 * The part of the observations between two bounds, as if they lay evenly within a bucket.
 *
 * Source: Prometheus, "Query functions", histogram_fraction().
 */
export function bucketFraction(lower: number, upper: number, buckets: Buckets): number {
  if (!isComplete(buckets)) return Number.NaN;
  const observations = buckets.counts[buckets.length - 1] as number;
  if (observations === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
  if (lower >= upper) return 0;
  const fraction = Math.min(rankOf(upper, buckets), observations) - Math.min(rankOf(lower, buckets), observations);
  return fraction / observations;
}

/** How many observations are below a value. The first bucket begins at 0 when its bound is above. */
function rankOf(value: number, { bounds, counts, length }: Buckets): number {
  let start = (bounds[0] as number) <= 0 ? -Infinity : 0;
  let below = 0;
  for (let i = 0; i < length; i++) {
    if (i > 0) start = bounds[i - 1] as number;
    if (start >= value) return below;
    const end = bounds[i] as number;
    const count = counts[i] as number;
    if (end > value) {
      return start === -Infinity ? count : below + ((count - below) * (value - start)) / (end - start);
    }
    below = count;
  }
  return counts[length - 1] as number;
}
