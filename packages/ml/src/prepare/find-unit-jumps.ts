/** A place from which on another unit is used. */
export interface UnitJump {
  /** The first value in the other unit. */
  readonly index: number;
  /** About how many times larger values are from there on: 60, 100, 1000 (or 1024) and their likes, or one over that. */
  readonly factor: number;
}

const factors: readonly number[] = [60, 100, 1_000, 3_600, 1_000_000, 1_000_000_000];
/** How many values before and after are looked at. */
const reach = 12;
/** How far the change may lie from the factor: some 15 %. */
const tolerance = Math.log(1.15);

/** Finds where the median of the next values is a well-known factor away from that of the last ones. */
export function findUnitJumps(values: Float64Array): UnitJump[] {
  const logarithms = values.map((value) => Math.log(Math.abs(value)));
  const found: UnitJump[] = [];
  for (let i = reach; i + reach <= values.length; i++) {
    // Only where a value is far from the one before; the medians are dear.
    const step = (logarithms[i] as number) - (logarithms[i - 1] as number);
    if (!(Math.abs(step) > Math.log(20) && Math.abs(step) < Infinity)) continue;
    const before = spread(logarithms.subarray(i - reach, i));
    const after = spread(logarithms.subarray(i, i + reach));
    // A load that rises from idle varies too much for a unit.
    if (!(before.range < Math.log(10) && after.range < Math.log(10))) continue;
    const change = after.middle - before.middle;
    const nearest = nearestFactor(Math.abs(change));
    if (Math.abs(Math.abs(change) - Math.log(nearest)) > tolerance) continue;
    found.push({ index: i, factor: change > 0 ? nearest : 1 / nearest });
  }
  return found;
}

function nearestFactor(change: number): number {
  return factors.reduce((best, factor) =>
    Math.abs(change - Math.log(factor)) < Math.abs(change - Math.log(best)) ? factor : best,
  );
}

function spread(part: Float64Array): { middle: number; range: number } {
  const sorted = part.filter(Number.isFinite).sort();
  if (sorted.length < reach / 2) return { middle: NaN, range: NaN };
  return {
    middle: ((sorted[sorted.length >> 1] as number) + (sorted[(sorted.length - 1) >> 1] as number)) / 2,
    range: (sorted.at(-1) as number) - (sorted[0] as number),
  };
}
