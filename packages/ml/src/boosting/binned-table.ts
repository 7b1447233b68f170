/** Columns as small numbers: what histograms are made of. */
export interface BinnedTable {
  /** A bin a row for each column; 0 is missing. */
  readonly bins: readonly Uint8Array[];
  /** Upper bounds of the bins 1, 2, ... of a numeric column; the categories of a categorical one. */
  readonly bounds: readonly Float64Array[];
  /** Rows. */
  readonly count: number;
}

/** One bin is for missing values. */
export const mostBins = 255;

/** Puts each column into at most 255 bins with about as many rows each, or a category each. */
export function binTable(columns: readonly Float64Array[], categorical: readonly boolean[]): BinnedTable {
  const bounds = columns.map((column, f) => boundsOf(column, categorical[f] === true));
  const bins = columns.map((column, f) =>
    Uint8Array.from(column, (value) => binOf(value, bounds[f] as Float64Array, categorical[f] === true)),
  );
  return { bins, bounds, count: columns[0]?.length ?? 0 };
}

/** The bin of a value; 0 where it is missing, or a category that was not there. */
export function binOf(value: number, bounds: Float64Array, categorical: boolean): number {
  if (value !== value) return 0;
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  if (categorical) return bounds[low] === value ? low + 1 : 0;
  return Math.min(low, bounds.length - 1) + 1;
}

function boundsOf(column: Float64Array, categorical: boolean): Float64Array {
  const sorted = column.filter((value) => value === value).sort();
  const different = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (different.length === 0) return Float64Array.of(0);
  // Of more categories than there are bins, the largest numbers count as missing.
  if (categorical) return different.subarray(0, mostBins);
  if (different.length <= mostBins) return betweenNeighbours(different);
  const cuts = Float64Array.from({ length: mostBins }, (_, i) => {
    return sorted[Math.ceil(((i + 1) / mostBins) * sorted.length) - 1] as number;
  });
  return betweenNeighbours(cuts.filter((value, i) => i === 0 || value !== cuts[i - 1]));
}

/** Bounds in the middle between two values, so that one that was not there comes to the nearer of them. */
function betweenNeighbours(sorted: Float64Array): Float64Array {
  return sorted.map((value, i) => {
    const next = sorted[i + 1];
    const middle = next === undefined ? value : value / 2 + next / 2;
    // Between neighbouring numbers there is none.
    return next !== undefined && middle < next && middle > value ? middle : value;
  });
}
