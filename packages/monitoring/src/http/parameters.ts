import { invalidInput } from '../error.ts';
import type { SeriesSelector } from '../store/metric-store.ts';
import { parsePromql } from '../promql/parse/parse-promql.ts';
import { toSeriesSelector } from '../promql/evaluate/series-selector.ts';

/** The parameters of a request, of its address and of its form. */
export class Parameters {
  private readonly values: URLSearchParams;

  /** @param values - As they were sent. */
  constructor(values: URLSearchParams) {
    this.values = values;
  }

  /** A parameter that may be left out or empty. */
  text(name: string): string | undefined {
    const value = this.values.get(name);
    return value === null || value === '' ? undefined : value;
  }

  /** A parameter that must be there. @throws {MonitoringError} NOVA_MONITORING_INVALID when it is not. */
  required(name: string): string {
    const value = this.text(name);
    if (value !== undefined) return value;
    throw invalidParameter(name, 'it is missing');
  }

  /** Epoch milliseconds of epoch seconds or an RFC 3339 time. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  time(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const seconds = Number(value);
    if (value.trim() !== '' && Number.isFinite(seconds)) return Math.round(seconds * 1000);
    const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(value);
    const timeMs = isTime ? Date.parse(value) : Number.NaN;
    if (Number.isFinite(timeMs)) return timeMs;
    throw invalidParameter(name, `cannot parse ${JSON.stringify(value)} to a valid timestamp`);
  }

  /** Milliseconds of seconds or a duration such as `5m`. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const seconds = Number(value);
    if (value.trim() !== '' && Number.isFinite(seconds)) return seconds * 1000;
    const milliseconds = durationMs(value);
    if (milliseconds !== undefined) return milliseconds;
    throw invalidParameter(name, `cannot parse ${JSON.stringify(value)} to a valid duration`);
  }

  /** A whole number that is not negative. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  count(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^\d{1,15}$/.test(value)) return Number(value);
    throw invalidParameter(name, `${JSON.stringify(value)} is no whole number from 0`);
  }

  /** The selectors of `match[]`. @throws {MonitoringError} NOVA_MONITORING_INVALID when one is none. */
  matches(): SeriesSelector[] {
    return this.values.getAll('match[]').map((text) => selectorOf(text));
  }

  /** The texts of a parameter that may be there more than once. */
  all(name: string): string[] {
    return this.values.getAll(name);
  }
}

/** The selector of a text. @throws {MonitoringError} NOVA_MONITORING_INVALID when it is something else. */
function selectorOf(text: string): SeriesSelector {
  const expression = parsePromql(text);
  if (expression.kind === 'vector' && expression.offsetMs === 0 && expression.at === undefined) {
    return toSeriesSelector(expression);
  }
  throw invalidParameter('match[]', `${JSON.stringify(text)} is no series selector`);
}

const unitMs: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** Units from big to small, each once, as Prometheus takes them. */
function durationMs(text: string): number | undefined {
  const parts =
    /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text)?.slice(1) ?? [];
  if (!parts.some((part) => part !== undefined)) return undefined;
  return Object.values(unitMs).reduce((sum, unit, index) => sum + Number(parts[index] ?? 0) * unit, 0);
}

/** The error of a parameter, as Prometheus says it. */
export function invalidParameter(name: string, why: string): Error {
  return invalidInput(`invalid parameter ${JSON.stringify(name)}: ${why}`, { errorType: 'bad_data', parameter: name });
}
