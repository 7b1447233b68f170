import { invalid } from '../error.ts';
import type { Anomaly, DetectorOptions } from './contract.ts';

/** What a detector holds for normal: what comes next, and how far from it values usually are. */
export interface Baseline {
  /** What the next value should be; NaN when nothing is known about it. */
  expected(): number;
  /** The robust standard deviation around it, above 0. */
  scale(): number;
  /** Moves on by one value; NaN when it is missing. */
  learn(value: number): void;
  /** A copy that goes its own way. */
  clone(): Baseline;
  /** What was learned, by name. */
  describe(): Readonly<Record<string, number>>;
  /** Its part of the detector's JSON. */
  save(): Readonly<Record<string, unknown>>;
}

/** When a distance is an anomaly. */
export interface Limits {
  /** Above this score. */
  readonly threshold: number;
  /** And at least this far away. */
  readonly minimumDeviation: number;
}

/** @throws {MlError} NOVA_ML_INVALID when a limit is out of range. */
export function checkedLimits({ threshold = 3.5, minimumDeviation = 0 }: DetectorOptions): Limits {
  if (!(threshold > 0 && threshold < Infinity)) {
    throw invalid(`threshold must be above 0, not ${String(threshold)}`, { option: 'threshold', value: threshold });
  }
  if (!(minimumDeviation >= 0 && minimumDeviation < Infinity)) {
    throw invalid(`minimumDeviation must be 0 or more, not ${String(minimumDeviation)}`, {
      option: 'minimumDeviation',
      value: minimumDeviation,
    });
  }
  return { threshold, minimumDeviation };
}

/** The distance in robust standard deviations; finite. */
export function scoreOf(value: number, expected: number, scale: number): number {
  return Math.min(Math.abs(value - expected) / scale, Number.MAX_VALUE);
}

/** The anomaly at an index, if the value is one. */
export function anomalyAt(
  index: number,
  value: number,
  expected: number,
  scale: number,
  { threshold, minimumDeviation }: Limits,
): Anomaly | undefined {
  const score = scoreOf(value, expected, scale);
  if (!(score > threshold && Math.abs(value - expected) >= minimumDeviation)) return undefined;
  const reach = Math.max(threshold * scale, minimumDeviation);
  return { index, value, expected, score, lower: expected - reach, upper: expected + reach };
}
