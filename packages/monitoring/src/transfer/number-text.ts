import { invalidInput } from '../error.ts';

/** A number as text that gives it back, the sign of zero included. */
export function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no number. */
export function readNumber(text: string): number {
  const value = text.trim() === '' ? undefined : Number(text);
  if (value !== undefined && (!Number.isNaN(value) || text.trim() === 'NaN')) return value;
  throw invalidInput(`${text === '' ? 'nothing' : JSON.stringify(text)} is no number`);
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID when it is no finite number. */
export function readTime(text: string): number {
  const timeMs = readNumber(text);
  if (Number.isFinite(timeMs)) return timeMs;
  throw invalidInput(`${text} is no time`);
}
