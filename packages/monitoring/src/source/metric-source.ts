import type { CallOptions, NovaError, Sample } from '@novacron/core';
import type { MetricDescriptor } from '../metric/descriptor.ts';

/** Something that can be measured: a hypervisor, a host, an application. */
export interface MetricSource {
  /** What it is called in errors: `host`, `qemu:///system`. */
  readonly name: string;
  /** The metrics that it can deliver. Which of them a round holds depends on what could be measured. */
  readonly descriptors: readonly MetricDescriptor[];
  /**
   * Measures now. What cannot be measured is absent, never 0.
   *
   * @throws Anything, when nothing at all could be measured; {@link collect} turns it into an error entry.
   */
  collect(options?: SourceOptions): Promise<SourceReading>;
}

/** How a source is asked. */
export interface SourceOptions extends CallOptions {
  /**
   * The time for samples of sources whose measurements bear none of their own, epoch milliseconds.
   * @default the present of the source's clock
   */
  readonly timeMs?: number | undefined;
}

/** What one source measured: data and errors together. */
export interface SourceReading {
  /** The measurements. The labels of one series are the same frozen object in every reading. */
  readonly samples: readonly Sample[];
  /** The parts that could not be measured. */
  readonly errors: readonly NovaError[];
}

/** What a round of measurements gave: data and errors together. */
export interface Collection {
  /** When the round began, whole epoch milliseconds. */
  readonly timeMs: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** Checked measurements of all sources, in the order of the sources. All values and times are finite. */
  readonly samples: readonly Sample[];
  /** What is missing from `samples`, and why. */
  readonly errors: readonly CollectionError[];
}

/** Something that is missing from a collection. */
export interface CollectionError {
  /** The source's name. */
  readonly source: string;
  /**
   * `failed`: the source threw, nothing of it is there. `timeout`: it did not answer in time, nothing of it is
   * there. `partial`: it could not measure a part of itself. `non-finite`: values that were NaN or infinite were
   * left out. `invalid`: samples with a wrong metric name, label or time were left out.
   */
  readonly reason: 'failed' | 'timeout' | 'partial' | 'non-finite' | 'invalid';
  /** How many samples were left out; for `non-finite` and `invalid`. */
  readonly count?: number | undefined;
  /** What went wrong. */
  readonly error: NovaError;
}
