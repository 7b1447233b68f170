import type { BinnedTable } from './binned-table.ts';

/** A tree as arrays: a node a place. */
export interface Tree {
  /** The column that a node asks about; -1 for a leaf. */
  readonly feature: Int32Array;
  /** Which bins go left: 256 bits a node. */
  readonly left: Uint32Array;
  /** Where the children stand: left, and right behind it. */
  readonly child: Int32Array;
  /** What a leaf says. */
  readonly value: Float64Array;
}

/** How a tree may grow. */
export interface TreeLimits {
  /** The most leaves. */
  readonly leaves: number;
  /** Rows that a leaf has at least. */
  readonly leafRows: number;
  /** Added to the rows of a leaf: more makes for smaller values. */
  readonly regularisation: number;
}

const words = 8;

/** Whether a bin goes left at a node. */
export function goesLeft(tree: Pick<Tree, 'left'>, node: number, bin: number): boolean {
  return (((tree.left[node * words + (bin >> 5)] as number) >>> (bin & 31)) & 1) === 1;
}

/** The leaf that a row comes to. */
export function leafOf(tree: Tree, binAt: (feature: number) => number): number {
  let node = 0;
  for (let feature = tree.feature[0] as number; feature >= 0; feature = tree.feature[node] as number) {
    node = (tree.child[node] as number) + (goesLeft(tree, node, binAt(feature)) ? 0 : 1);
  }
  return node;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bins: Uint32Array;
}

interface Leaf {
  readonly node: number;
  readonly rows: Uint32Array;
  readonly split: Split | undefined;
}

/**
 * Grows a tree leaf by leaf, the largest gain first (Ke et al. 2017), from histograms of the gradients. Missing values
 * go where they do best. Categories are ordered by their mean gradient (Fisher 1958).
 *
 * @param gradients - What each row wants.
 * @param importance - The gain of each column is added to it.
 */
export function growTree(
  table: BinnedTable,
  categorical: readonly boolean[],
  gradients: Float64Array,
  rows: Uint32Array,
  limits: TreeLimits,
  importance: Float64Array,
): { tree: Tree; leaves: readonly { readonly node: number; readonly rows: Uint32Array }[] } {
  const size = 2 * limits.leaves - 1;
  const tree: Tree = {
    feature: new Int32Array(size).fill(-1),
    left: new Uint32Array(size * words),
    child: new Int32Array(size),
    value: new Float64Array(size),
  };
  const look = (node: number, members: Uint32Array): Leaf => ({
    node,
    rows: members,
    split: bestSplit(table, categorical, gradients, members, limits),
  });
  let leaves: Leaf[] = [look(0, rows)];
  for (let used = 1; used + 2 <= size; used += 2) {
    const best = leaves.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a));
    const { node, split } = best;
    if (split === undefined) break;
    tree.feature[node] = split.feature;
    tree.left.set(split.bins, node * words);
    tree.child[node] = used;
    importance[split.feature] = (importance[split.feature] as number) + split.gain;
    const bins = table.bins[split.feature] as Uint8Array;
    const left = best.rows.filter((row) => goesLeft(tree, node, bins[row] as number));
    const right = best.rows.filter((row) => !goesLeft(tree, node, bins[row] as number));
    leaves = [...leaves.filter((leaf) => leaf !== best), look(used, left), look(used + 1, right)];
  }
  return { tree, leaves };
}

function bestSplit(
  table: BinnedTable,
  categorical: readonly boolean[],
  gradients: Float64Array,
  rows: Uint32Array,
  { leafRows, regularisation }: TreeLimits,
): Split | undefined {
  if (rows.length < 2 * leafRows) return undefined;
  let total = 0;
  for (const row of rows) total += gradients[row] as number;
  const scoreOf = (sum: number, count: number): number => (sum * sum) / (count + regularisation);
  const base = scoreOf(total, rows.length);
  let best: Split | undefined;
  const sums = new Float64Array(256);
  const counts = new Uint32Array(256);
  for (const [feature, bins] of table.bins.entries()) {
    const end = (table.bounds[feature] as Float64Array).length + 1;
    sums.fill(0, 0, end);
    counts.fill(0, 0, end);
    for (const row of rows) {
      const bin = bins[row] as number;
      sums[bin] = (sums[bin] as number) + (gradients[row] as number);
      counts[bin] = (counts[bin] as number) + 1;
    }
    const order: number[] = [];
    for (let bin = 1; bin < end; bin++) if ((counts[bin] as number) > 0) order.push(bin);
    if (categorical[feature] === true) {
      order.sort((a, b) => (sums[a] as number) / (counts[a] as number) - (sums[b] as number) / (counts[b] as number));
    }
    for (const missingLeft of (counts[0] as number) > 0 ? [true, false] : [true]) {
      let sum = missingLeft ? (sums[0] as number) : 0;
      let count = missingLeft ? (counts[0] as number) : 0;
      for (const [place, bin] of order.entries()) {
        sum += sums[bin] as number;
        count += counts[bin] as number;
        const rest = rows.length - count;
        if (count < leafRows || rest < leafRows) continue;
        const gain = scoreOf(sum, count) + scoreOf(total - sum, rest) - base;
        if (gain <= 1e-12 * Math.abs(base) || gain <= (best?.gain ?? 0)) continue;
        best = {
          gain,
          feature,
          bins: bitsOf(order.slice(0, place + 1), missingLeft, bin, categorical[feature] === true),
        };
      }
    }
  }
  return best;
}

/** Of a numeric column all bins up to the last go left, those without a row too. */
function bitsOf(bins: readonly number[], missing: boolean, last: number, categorical: boolean): Uint32Array {
  const bits = new Uint32Array(words);
  const set = (bin: number): void => {
    bits[bin >> 5] = ((bits[bin >> 5] as number) | (1 << (bin & 31))) >>> 0;
  };
  if (missing) set(0);
  if (categorical) for (const bin of bins) set(bin);
  else for (let bin = 1; bin <= last; bin++) set(bin);
  return bits;
}
