import { invalidInput } from '../../error.ts';
import { parseDuration } from '../parse/number.ts';

/**
 * The milliseconds of a duration such as `'1h30m'`; a number is milliseconds already.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is none, or not above 0.
 */
export function duration(value: string | number): number {
  const milliseconds = typeof value === 'number' ? value : (parseDuration(value) ?? Number.NaN) * 1000;
  if (milliseconds > 0 && Number.isFinite(milliseconds)) return Math.round(milliseconds);
  throw invalidInput(`A duration such as "5m" was expected, not ${JSON.stringify(value)}`);
}

/**
 * The milliseconds of a duration that may be negative, such as `'-5m'`.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when it is none, or 0.
 */
export function signedDuration(value: string | number): number {
  if (typeof value === 'number') return value < 0 ? -duration(-value) : duration(value);
  return value.startsWith('-') ? -duration(value.slice(1)) : duration(value);
}
