import { observedCount } from '../values.ts';
import { etsStarts, polishEts, searchEts, steadyEts, type EtsCandidate } from './ets-search.ts';
import { etsIsAffordable, isUnstable, type EtsStructure, type EtsTrend } from './ets-structure.ts';

/** Up to this many multiplications a Gauss-Newton step, candidates are refined before they are judged. */
const cheapStep = 1e5;
/** Above this many, the season's initial indices stay as they were read off the data. */
const largestStep = 5e6;
/** Among which models to choose, and how thoroughly. */
export interface EtsChoice {
  /** Steps in a season. */
  readonly seasonLength: number;
  /** Whether a trend is allowed. */
  readonly trend: boolean;
  /** Whether a trend may multiply. */
  readonly multiplicativeTrend: boolean;
  /** Whether models without a finite variance are left out. */
  readonly restrict: boolean;
  /** Whether to rank models by a short search only. */
  readonly quick: boolean;
}

const nothingFixed = { parameters: {}, states: false };

/**
 * Finds the ETS model with the least AICc. Models of a long series are ranked on its end.
 *
 * @param values - Scaled to about 1.
 * @param choice - Among which models, and how thoroughly.
 * @param check - Called before every pass; may throw.
 * @returns undefined when none can be fitted.
 */
export function chooseEts(
  values: Float64Array,
  { seasonLength, trend: trends, multiplicativeTrend, restrict, quick }: EtsChoice,
  check: () => void,
): EtsCandidate | undefined {
  const enough = Math.max(200, 10 * seasonLength);
  const ranked = values.length > 1.5 * enough ? values.subarray(values.length - enough) : values;
  const observed = observedCount(ranked);
  const cheap = !quick && stepCost(ranked, seasonLength) <= cheapStep;
  const measure = (structure: EtsStructure): EtsCandidate[] => {
    if (!etsIsAffordable(structure, ranked.length, observed) || (restrict && isUnstable(structure))) return [];
    const found = searchEts(ranked, structure, { parameters: {} }, check, etsStarts[0], 20);
    if (!cheap) return [found];
    const steady = structure.seasonLength > 1 ? [steadyEts(ranked, structure, { parameters: {} })] : [];
    return [found, ...steady]
      .map((start) => polish(ranked, start, 5, check))
      .sort(byAicc)
      .slice(0, 1);
  };
  const positive = values.every((value) => !(value <= 0));
  const kinds = kindsOf(ranked.length, seasonLength, positive);
  const base = trends && observed >= 9 ? 'damped' : 'none';
  const first = kinds.flatMap((kind) => measure({ ...kind, trend: base })).sort(byAicc);
  const growing: readonly EtsTrend[] =
    multiplicativeTrend && positive ? ['multiplicative', 'damped-multiplicative'] : [];
  const others: readonly EtsTrend[] = !trends
    ? []
    : base === 'damped'
      ? ['none', 'additive', ...growing]
      : ['additive', ...growing];
  const second = first
    .slice(0, cheap ? 2 : 1)
    .flatMap(({ structure }) => others.flatMap((trend) => measure({ ...structure, trend })));
  const best = [...first, ...second].filter(({ aicc }) => Number.isFinite(aicc)).sort(byAicc);
  if (cheap && ranked === values) {
    const again = best
      .slice(0, 2)
      .flatMap((found) => [
        polish(values, found, 30, check),
        polish(values, searchEts(values, found.structure, { parameters: {} }, check, etsStarts[1]), 30, check),
      ]);
    return again.sort(byAicc)[0];
  }
  for (const { structure, point } of best) {
    const steps = Math.min(quick ? 5 : 20, Math.max(2, Math.round(2e6 / stepCost(values, structure.seasonLength))));
    const found = searchEts(values, structure, { parameters: {} }, check, [...point.subarray(0, 4)], 15);
    // What describes the end of the values need not describe all of them: then the next best does.
    if (Number.isFinite(found.aicc)) return polish(values, found, steps, check);
  }
  return undefined;
}

function byAicc(a: EtsCandidate, b: EtsCandidate): number {
  return a.aicc - b.aicc;
}

function stepCost(values: Float64Array, seasonLength: number): number {
  return values.length * (seasonLength + 5) ** 2;
}

function polish(values: Float64Array, found: EtsCandidate, steps: number, check: () => void): EtsCandidate {
  if (!Number.isFinite(found.aicc)) return found;
  const season = stepCost(values, found.structure.seasonLength) > largestStep;
  return polishEts(values, found, { ...nothingFixed, season }, steps, check);
}

function kindsOf(length: number, seasonLength: number, positive: boolean): Omit<EtsStructure, 'trend'>[] {
  const errors = positive ? (['additive', 'multiplicative'] as const) : (['additive'] as const);
  const plain = errors.map((error) => ({ error, seasonLength: 1 }));
  if (seasonLength === 1 || length < 2 * seasonLength) return plain;
  const additive = errors.map((error) => ({ error, season: 'additive' as const, seasonLength }));
  const seasonal = [...plain.slice(0, 1), ...additive];
  return positive
    ? [...seasonal, ...errors.map((error) => ({ error, season: 'multiplicative' as const, seasonLength }))]
    : seasonal;
}
