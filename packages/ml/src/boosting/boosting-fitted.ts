import { invalid } from '../error.ts';
import type { SavedModel } from '../forecast/contract.ts';
import { damaged, encodeFloats } from '../json/floats.ts';
import { SavedReader } from '../json/saved-reader.ts';
import { binOf } from './binned-table.ts';
import { leafOf, type Tree } from './tree.ts';

/** All that fitted trees know. */
export interface BoostingFit {
  /** What is said without a tree. */
  readonly base: number;
  /** Trees, their leaves already shrunk. */
  readonly trees: readonly Tree[];
  /** Upper bounds of the bins of each column. */
  readonly bounds: readonly Float64Array[];
  /** Which columns are categories. */
  readonly categorical: readonly boolean[];
  /** The gain of each column, of sum 1. */
  readonly importance: Float64Array;
}

/** Fitted gradient boosted trees, made by {@link gradientBoosting}. */
export class FittedBoosting {
  readonly #fit: BoostingFit;

  /** @param fit - What was learned. */
  constructor(fit: BoostingFit) {
    this.#fit = fit;
  }

  /** How many columns a row has. */
  get columns(): number {
    return this.#fit.bounds.length;
  }

  /** How many trees there are. */
  get trees(): number {
    return this.#fit.trees.length;
  }

  /** The share of each column in what the splits gained; all shares sum to 1, or are 0 without a split. */
  get importance(): Float64Array {
    return this.#fit.importance.slice();
  }

  /**
   * Predicts one row.
   *
   * @param row - A value a column; NaN is missing, and so is a category that was not there.
   * @throws {MlError} NOVA_ML_INVALID when the row has other columns.
   */
  predict(row: ArrayLike<number>): number {
    const { base, trees, bounds, categorical } = this.#fit;
    if (row.length !== bounds.length) {
      throw invalid(`A row must have ${bounds.length} values, not ${row.length}`, { length: row.length });
    }
    const bins = bounds.map((bound, f) => binOf(row[f] as number, bound, categorical[f] === true));
    let sum = base;
    for (const tree of trees) sum += tree.value[leafOf(tree, (feature) => bins[feature] as number)] as number;
    return sum;
  }

  /** Everything, versioned; {@link FittedBoosting.fromJSON} brings it back bit by bit. */
  toJSON(): SavedModel {
    const { base, trees, bounds, categorical, importance } = this.#fit;
    return {
      format: 'novacron-forecaster',
      version: 1,
      model: 'gradient-boosting',
      base: encodeFloats(Float64Array.of(base)),
      categorical: encodeFloats(Float64Array.from(categorical, Number)),
      importance: encodeFloats(importance),
      bounds: byPlace(bounds.map(encodeFloats)),
      trees: {
        count: trees.length,
        ...byPlace(
          trees.map(({ feature, left, child, value }) => ({
            feature: encodeFloats(Float64Array.from(feature)),
            left: encodeFloats(Float64Array.from(left)),
            child: encodeFloats(Float64Array.from(child)),
            value: encodeFloats(value),
          })),
        ),
      },
    };
  }

  /**
   * Brings saved trees back.
   *
   * @param saved - What `JSON.parse` gave, or the text itself.
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be.
   * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later version.
   */
  static fromJSON(saved: unknown): FittedBoosting {
    const reader = new SavedReader(saved);
    if (reader.head('novacron-forecaster') !== 'gradient-boosting') throw damaged('it is another model');
    const importance = reader.floats('importance');
    const columns = importance.length;
    const categorical = Array.from(reader.floats('categorical', { length: columns }), (flag) => flag === 1);
    const limits = reader.object('bounds');
    const bounds = Array.from({ length: columns }, (_, f) => limits.floats(String(f)));
    if (bounds.some((bound) => bound.length === 0 || bound.length > 255)) throw damaged('bounds must be 1 to 255');
    const rows = reader.object('trees');
    const trees = Array.from({ length: rows.integer('count', 0, 100_000) }, (_, t) =>
      treeFromJSON(rows.object(String(t)), columns),
    );
    const [base = 0] = reader.floats('base', { length: 1 });
    return new FittedBoosting({ base, trees, bounds, categorical, importance });
  }
}

/** An object with a field a place, as saved models hold lists. */
function byPlace(list: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(list.entries());
}

function treeFromJSON(saved: SavedReader, columns: number): Tree {
  const value = saved.floats('value');
  const length = value.length;
  const feature = Int32Array.from(saved.floats('feature', { length }));
  const child = Int32Array.from(saved.floats('child', { length }));
  const left = Uint32Array.from(saved.floats('left', { length: 8 * length }));
  for (const [node, column] of feature.entries()) {
    const next = child[node] as number;
    // Children stand behind their parents, so that no walk goes round.
    if (column >= columns || (column >= 0 && !(next > node && next + 1 < length))) throw damaged('a tree is broken');
  }
  if (length === 0) throw damaged('a tree must have a leaf');
  return { feature, child, left, value };
}
