import { matchValue, type LabelCondition } from './label-selector.ts';
import { metricLabel, type LabelPairs } from './label-pairs.ts';
import type { SeriesSelector } from './metric-store.ts';
import type { SeriesTable } from './series-table.ts';

/** What one label of a series must be. */
interface Wanted {
  readonly name: string;
  readonly condition: LabelCondition;
  readonly test: (value: string) => boolean;
  /** Whether a series without the label fits. */
  readonly takesNone: boolean;
}

/**
 * The series that match, in no order. It starts from the pairs of the condition that leaves the fewest series, and
 * looks at the other labels of those; a condition is tried once for each value.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when a matcher makes no sense.
 */
export function selectRefs(table: SeriesTable, pairs: LabelPairs, selector: SeriesSelector): number[] {
  const wanted = conditionsOf(selector);
  const [first, places] = fewest(pairs, wanted);
  const checks = wanted.filter((each) => each !== first).map((each) => checkOf(table, pairs, each));
  const found: number[] = [];
  const take = (ref: number): void => {
    const slot = table.slotOf(ref);
    if (slot < 0) return;
    for (const check of checks) if (!check(slot)) return;
    found.push(ref);
  };
  if (first === undefined) {
    for (let slot = 0; slot < table.slots; slot++) {
      const ref = table.refOf(slot);
      if (ref >= 0) take(ref);
    }
  } else for (const pair of places) pairs.eachRef(pair, take);
  return found;
}

function conditionsOf({ metric, metricMatch, labels = {} }: SeriesSelector): Wanted[] {
  const wanted: Wanted[] = [];
  const add = (label: string, name: string, given: string | LabelCondition): void => {
    const test = matchValue(label, given);
    const condition: LabelCondition = typeof given === 'string' ? { op: '=', value: given } : given;
    wanted.push({ name, condition, test, takesNone: name !== metricLabel && test('') });
  };
  if (metric !== undefined) add('__name__', metricLabel, metric);
  if (metricMatch !== undefined) add('__name__', metricLabel, metricMatch);
  for (const [label, condition] of Object.entries(labels)) add(label, label, condition);
  return wanted;
}

/** The condition with the fewest series, and its pairs; none when every condition takes series without the label. */
function fewest(
  pairs: LabelPairs,
  wanted: readonly Wanted[],
): readonly [first: Wanted | undefined, places: readonly number[]] {
  const isExact = ({ condition: { op } }: Wanted): boolean => op === '=' || op === 'in';
  const positive = wanted.filter(({ takesNone }) => !takesNone);
  const exact = positive.filter(isExact);
  let first: Wanted | undefined;
  let places: readonly number[] = [];
  let least = Infinity;
  for (const each of [...exact, ...positive.filter((one) => !isExact(one))]) {
    // A test is tried on all values only where these are fewer than the series that would have to be looked at.
    if (!isExact(each) && pairs.ofName(each.name).length >= least) continue;
    const its = pairsOf(pairs, each);
    const count = its.reduce((sum, pair) => sum + pairs.count(pair), 0);
    if (count >= least) continue;
    [first, places, least] = [each, its, count];
  }
  return [first, places];
}

function pairsOf(pairs: LabelPairs, { name, condition, test }: Wanted): readonly number[] {
  if (condition.op === '=' || condition.op === 'in') {
    const values = 'values' in condition ? [...new Set(condition.values)] : [condition.value];
    return values.map((value) => pairs.find(name, value)).filter((pair) => pair !== undefined);
  }
  return pairs.ofName(name).filter((pair) => pairs.count(pair) > 0 && test(pairs.value(pair)));
}

function checkOf(table: SeriesTable, pairs: LabelPairs, wanted: Wanted): (slot: number) => boolean {
  const { name, condition, test, takesNone } = wanted;
  const symbol = pairs.findName(name);
  if (symbol === undefined) return () => takesNone;
  if (condition.op === '=' && condition.value !== '') {
    const pair = pairs.find(name, condition.value);
    return pair === undefined ? () => false : (slot) => hasPair(table, slot, pair);
  }
  const fits = new Map<number, boolean>();
  return (slot) => {
    const count = table.pairCount(slot);
    for (let place = 0; place < count; place++) {
      const pair = table.pairAt(slot, place);
      if (pairs.nameSymbol(pair) !== symbol) continue;
      let fit = fits.get(pair);
      if (fit === undefined) fits.set(pair, (fit = test(pairs.value(pair))));
      return fit;
    }
    return takesNone;
  };
}

function hasPair(table: SeriesTable, slot: number, pair: number): boolean {
  const count = table.pairCount(slot);
  for (let place = 0; place < count; place++) if (table.pairAt(slot, place) === pair) return true;
  return false;
}
