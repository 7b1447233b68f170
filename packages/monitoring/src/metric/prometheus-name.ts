import type { MetricDescriptor } from './descriptor.ts';

/** UCUM units and the words Prometheus writes for them (OpenTelemetry's compatibility specification). */
const unitWords: Readonly<Record<string, string>> = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  GiBy: 'gibibytes',
  TiBy: 'tebibytes',
  KBy: 'kilobytes',
  MBy: 'megabytes',
  GBy: 'gigabytes',
  TBy: 'terabytes',
  bit: 'bits',
  m: 'meters',
  V: 'volts',
  A: 'amperes',
  J: 'joules',
  W: 'watts',
  g: 'grams',
  Cel: 'celsius',
  Hz: 'hertz',
  '%': 'percent',
};

const perWords: Readonly<Record<string, string>> = {
  s: 'second',
  min: 'minute',
  h: 'hour',
  d: 'day',
};

/**
 * The name under which Prometheus knows a metric: characters it does not take become `_`, the unit's word is added
 * when the name does not hold it yet, ratios end in `_ratio` and counters in `_total`.
 *
 * Source: OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", metric metadata.
 *
 * @example
 * ```ts
 * import { prometheusName } from '@novacron/monitoring';
 *
 * const cpu = { name: 'system.cpu.utilization', unit: '1', kind: 'gauge', description: '' } as const;
 * prometheusName(cpu) // => 'system_cpu_utilization_ratio'
 * const network = { name: 'system.network.io', unit: 'By', kind: 'counter', description: '' } as const;
 * prometheusName(network) // => 'system_network_io_bytes_total'
 * ```
 */
export function prometheusName(descriptor: MetricDescriptor): string {
  let name = descriptor.name.replace(/[^A-Za-z0-9_:]/g, '_').replace(/_{2,}/g, '_');
  const words = name.split('_');
  const missing = unitSuffix(descriptor).filter((word) => !words.includes(word));
  if (descriptor.kind === 'counter') {
    name = name.replace(/_total$/, '');
    missing.push('total');
  }
  return [name, ...missing].join('_');
}

/** A unit in Prometheus' words, `bytes_per_second`; empty for none, and for numbers of things. */
export function prometheusUnit(unit: string): string {
  return unitParts(unit).join('_');
}

function unitSuffix({ unit, kind }: MetricDescriptor): string[] {
  return unit === '1' && kind === 'gauge' ? ['ratio'] : unitParts(unit);
}

function unitParts(unit: string): string[] {
  const [amount = '', per] = unit.replace(/\{[^}]*\}/g, '').split('/');
  const suffix = amount === '' || amount === '1' ? [] : [unitWord(unitWords, amount)];
  if (per !== undefined && per !== '') suffix.push('per', unitWord(perWords, per));
  return suffix.filter((word) => word !== '');
}

/** A unit that is not in the table stands in the name as it is written. */
function unitWord(table: Readonly<Record<string, string>>, unit: string): string {
  return Object.hasOwn(table, unit) ? (table[unit] as string) : unit.replace(/[^A-Za-z0-9]/g, '');
}
