import type { Series } from '@novacron/core';
import type { GatheredSamples } from './gathered-samples.ts';

/** A format in which samples are written and read. */
export interface SampleText {
  /** What stands before all series; `labels` are those that any of them may have, sorted. */
  readonly begin: (labels: readonly string[]) => string;
  /** Series with their samples. */
  readonly write: (series: readonly Series[], labels: readonly string[]) => string;
  /** What stands behind all. */
  readonly end: () => string;
  /** Reads one text. */
  readonly reader: () => SampleTextReader;
}

/** Reads a text line by line. */
export interface SampleTextReader {
  /**
   * Reads lines that follow those before.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when one makes no sense; `details.line` says which of them, from 0.
   */
  read(lines: readonly string[], gathered: GatheredSamples): void;
  /** Says that there are no more. @throws {MonitoringError} NOVA_MONITORING_INVALID when some are missing. */
  end(): void;
}
