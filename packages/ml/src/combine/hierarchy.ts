import { invalid } from '../error.ts';

/** A series that is the sum of others: a host of its machines, a cluster of its hosts. */
export interface Total {
  /** Its name. */
  readonly name: string;
  /** Names of its parts: bottom series or other totals. */
  readonly parts: readonly string[];
}

/** Series of which some are sums of others. */
export interface Hierarchy {
  /** Those that are no totals. */
  readonly bottom: readonly string[];
  /** Where those stand among the names. */
  readonly places: readonly number[];
  /** Of each series, in the order of the names, how often each bottom series is part of it. */
  readonly sums: readonly Float64Array[];
}

const mostSeries = 1_000;

/**
 * Which series are sums of which bottom series.
 *
 * @throws {MlError} NOVA_ML_INVALID when a series is missing, its own part or a total twice, none is at the bottom, or
 * there are over 1,000.
 */
export function hierarchyOf(names: readonly string[], totals: readonly Total[]): Hierarchy {
  if (names.length > mostSeries) throw invalid(`There are more than ${mostSeries} series`, { count: names.length });
  if (totals.length > mostSeries) throw invalid(`There are more than ${mostSeries} totals`, { count: totals.length });
  const partsOf = new Map(totals.map(({ name, parts }) => [name, parts]));
  if (partsOf.size < totals.length) throw invalid('Totals must differ in name', { option: 'totals' });
  const bottom = names.filter((name) => !partsOf.has(name));
  const sums = sumsOf(names, partsOf, bottom);
  if (names.length > 0 && bottom.length === 0) {
    throw invalid('There must be a series that is no total', { option: 'totals' });
  }
  const places = [...names.keys()].filter((k) => !partsOf.has(names[k] as string));
  return { bottom, places, sums };
}

/** How often each bottom series is part of each series. */
function sumsOf(
  names: readonly string[],
  partsOf: ReadonlyMap<string, readonly string[]>,
  bottom: readonly string[],
): Float64Array[] {
  const places = new Map(bottom.map((name, place) => [name, place]));
  const known = new Map<string, Float64Array>();
  const above = new Set<string>();
  const sumOf = (name: string): Float64Array => {
    const before = known.get(name);
    if (before !== undefined) return before;
    if (above.has(name)) throw invalid(`${name} must not be a part of itself`, { name });
    above.add(name);
    const row = new Float64Array(bottom.length);
    const place = places.get(name);
    const parts = partsOf.get(name);
    if (place !== undefined) row[place] = 1;
    else if (parts === undefined) throw invalid(`There is no forecast of ${name}`, { name });
    for (const part of parts ?? []) {
      const counts = sumOf(part);
      for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + (counts[i] as number);
    }
    above.delete(name);
    known.set(name, row);
    return row;
  };
  return names.map(sumOf);
}
