import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measurement } from '../../src/host/measurement.ts';

/** Text of /proc of a virtual machine with Linux 6. */
export const fixtures: string = join(import.meta.dirname, 'fixtures');

/** The text of one of its files. */
export function fixture(name: string): string {
  return readFileSync(join(fixtures, name), 'utf8');
}

/** Measurements as `metric label/label` and value. */
export function valuesOf(measurements: readonly Measurement[]): Record<string, number | undefined> {
  return Object.fromEntries(
    measurements.map(({ metric, labels = {}, value }) => [[metric, ...Object.values(labels)].join(' '), value]),
  );
}
