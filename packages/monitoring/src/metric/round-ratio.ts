const millionths = 1_000_000;

/**
 * A ratio to the millionth. Ticks and pages do not tell it any better, and the digits behind are noise that takes eight
 * bytes a sample in a store, where a decimal takes two.
 */
export function roundRatio(ratio: number): number {
  return Math.round(ratio * millionths) / millionths;
}
