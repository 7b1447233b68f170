import { invalid } from '../error.ts';
import { damaged, encodeFloats } from '../json/floats.ts';
import { SavedReader } from '../json/saved-reader.ts';
import { toValues } from '../values.ts';
import { sha256 } from './sha256.ts';

/** One step of how a data set came to be. */
export interface LineageStep {
  /** What was done: `scraped from prometheus`, `filled gaps`. */
  readonly step: string;
  /** The version after it. */
  readonly version: string;
}

/**
 * Named series that can not change, with a version that is a hash of what they hold and of how they came to be: whoever
 * names the version of a data set names every value in it.
 *
 * @example
 * ```ts
 * import { fillGaps, VersionedDataset } from '@novacron/ml';
 *
 * const raw = VersionedDataset.of({ cpu: [1, NaN, 3] }, 'scraped');
 * const clean = raw.derive('filled gaps', (values) => fillGaps(values));
 * [...clean.series('cpu')] // => [1, 2, 3]
 * clean.lineage.map(({ step }) => step) // => ['scraped', 'filled gaps']
 * clean.version === raw.derive('filled gaps', (values) => fillGaps(values)).version // => true
 * ```
 */
export class VersionedDataset {
  readonly #series: ReadonlyMap<string, Float64Array>;
  /** How it came to be, the oldest step first. */
  readonly lineage: readonly LineageStep[];

  private constructor(series: ReadonlyMap<string, Float64Array>, before: readonly LineageStep[], step: string) {
    this.#series = series;
    const parent = before.at(-1)?.version ?? '';
    this.lineage = [...before, { step, version: versionOf(series, parent, step) }];
  }

  /**
   * A data set of series, the first of its line.
   *
   * @param series - By their names; copied.
   * @param step - Where they are from.
   * @throws {MlError} NOVA_ML_INVALID when a value is infinite, beyond ±1e300 or no number.
   */
  static of(series: Readonly<Record<string, ArrayLike<number>>>, step: string = 'given'): VersionedDataset {
    return new VersionedDataset(
      new Map(Object.entries(series).map(([name, values]) => [name, toValues(values)])),
      [],
      step,
    );
  }

  /** SHA-256 of names, values and lineage, as 64 hexadecimal digits. */
  get version(): string {
    return (this.lineage.at(-1) as LineageStep).version;
  }

  /** The names of its series, in their order. */
  get names(): readonly string[] {
    return [...this.#series.keys()];
  }

  /**
   * A copy of a series.
   *
   * @throws {MlError} NOVA_ML_INVALID when there is none of that name.
   */
  series(name: string): Float64Array {
    const values = this.#series.get(name);
    if (values === undefined) throw invalid(`There is no series ${JSON.stringify(name)}`, { name });
    return values.slice();
  }

  /**
   * A data set whose series were made of these.
   *
   * @param step - What is done, with its options: it is part of the version.
   * @param change - Makes the new values of each series of a copy of the old ones.
   * @throws {MlError} NOVA_ML_INVALID when a new value is infinite, beyond ±1e300 or no number.
   */
  derive(step: string, change: (values: Float64Array, name: string) => ArrayLike<number>): VersionedDataset {
    const series = new Map(this.names.map((name) => [name, toValues(change(this.series(name), name))]));
    return new VersionedDataset(series, this.lineage, step);
  }

  /** Everything, as plain versioned JSON. */
  toJSON(): Readonly<Record<string, unknown>> {
    return {
      format: 'novacron-dataset',
      version: 1,
      model: 'series',
      lineage: this.lineage,
      series: [...this.#series].map(([name, values]) => ({ name, values: encodeFloats(values) })),
    };
  }

  /**
   * Brings a saved data set back, if it holds what its version says.
   *
   * @throws {MlError} NOVA_ML_DAMAGED when a field is not what it must be, or a value was changed.
   * @throws {MlError} NOVA_ML_UNSUPPORTED when it is of a later layout.
   */
  static fromJSON(saved: unknown): VersionedDataset {
    const reader = new SavedReader(saved);
    reader.head('novacron-dataset');
    const lineage = list(reader.raw('lineage')).map((step) => ({
      step: step.text('step'),
      version: step.text('version'),
    }));
    const last = lineage.pop();
    if (last === undefined) throw damaged('a data set must have a lineage');
    const rows = list(reader.raw('series')).map(
      (row) => [row.text('name'), row.floats('values', { missing: true })] as const,
    );
    const dataset = new VersionedDataset(new Map(rows), lineage, last.step);
    if (dataset.version !== last.version) throw damaged('the values are not those of the version');
    return dataset;
  }
}

function versionOf(series: ReadonlyMap<string, Float64Array>, parent: string, step: string): string {
  const rows = [...series].map(([name, values]) => [name, encodeFloats(values)]);
  return sha256(new TextEncoder().encode(JSON.stringify([parent, step, rows])));
}

function list(value: unknown): SavedReader[] {
  if (!Array.isArray(value)) throw damaged('lineage and series must be arrays');
  return value.map((item: unknown) => new SavedReader(item));
}
