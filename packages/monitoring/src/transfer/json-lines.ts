import { validateLabels, validateMetricName, type Series } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { SampleText } from './sample-text.ts';
import { numberText } from './number-text.ts';

/** VictoriaMetrics' lines of JSON. */
export const jsonLines: SampleText = {
  begin: () => '',
  write: (series) => series.map(lineOf).join(''),
  end: () => '',
  reader: () => ({
    read(lines, gathered) {
      lines.forEach((line, i) => {
        if (line.trim() === '') return;
        try {
          const { metric, labels, timesMs, values } = parseLine(line);
          const number = gathered.series(metric, labels);
          timesMs.forEach((timeMs, place) => gathered.add(number, timeMs, values[place] as number));
        } catch (error) {
          throw invalidInput(error instanceof Error ? error.message : String(error), { line: i });
        }
      });
    },
    end() {},
  }),
};

function lineOf({ metric, labels, timesMs, values }: Series): string {
  const id = JSON.stringify({ __name__: metric, ...labels });
  const texts = Array.from(values, (value) => {
    if (Number.isNaN(value)) return 'null';
    return Number.isFinite(value) ? numberText(value) : `"${value}"`;
  });
  return `{"metric":${id},"values":[${texts.join()}],"timestamps":[${timesMs.join()}]}\n`;
}

interface Line {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: readonly number[];
  readonly values: readonly number[];
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when the line is something else. */
function parseLine(line: string): Line {
  const parsed = JSON.parse(line) as unknown;
  const { metric: id, values, timestamps } = (parsed ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'object' || id === null || !Array.isArray(values) || !Array.isArray(timestamps)) {
    throw invalidInput('it needs "metric", "values" and "timestamps"');
  }
  if (values.length !== timestamps.length) {
    throw invalidInput(`it has ${values.length} values and ${timestamps.length} timestamps`);
  }
  const { __name__: metric, ...labels } = id as Readonly<Record<string, string>>;
  if (metric === undefined) throw invalidInput('its metric has no __name__');
  validateMetricName(metric);
  validateLabels(labels);
  return { metric, labels, timesMs: timestamps.map(timeOf), values: values.map(valueOf) };
}

function timeOf(time: unknown): number {
  if (typeof time === 'number' && Number.isFinite(time)) return time;
  throw invalidInput(`${JSON.stringify(time)} is no time`);
}

function valueOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  if (value === 'Infinity' || value === '-Infinity') return Number(value);
  throw invalidInput(`${JSON.stringify(value)} is no value`);
}
