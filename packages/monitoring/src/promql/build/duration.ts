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
