import type { ResultRow } from './remote-client.ts';

/** The pairs of a result as columns, those of a range. */
export function columnsOf(
  pairs: NonNullable<ResultRow['values']>,
  fromMs: number,
  toMs: number,
): { readonly timesMs: Float64Array; readonly values: Float64Array } {
  const inRange = pairs
    .map(([seconds, value]) => [Math.round(seconds * 1_000), numberOf(value)] as const)
    .filter(([timeMs]) => timeMs >= fromMs && timeMs < toMs);
  return {
    timesMs: Float64Array.from(inRange, ([timeMs]) => timeMs),
    values: Float64Array.from(inRange, ([, value]) => value),
  };
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity;
  return text === '-Inf' ? -Infinity : Number(text);
}
