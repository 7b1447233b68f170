import { systemClock, validateLabels, validateMetricName, type Clock, type Labels, type Sample } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { Exemplar } from '../metadata/exemplar-buffer.ts';
import { metricType, type MetricMetadata, type MetricType } from '../metadata/metric-metadata.ts';
import type { SeriesId } from '../store/metric-store.ts';
import type { ExpositionFormat } from './exposition-format.ts';
import { LineReader } from './line-reader.ts';

/** How a page is read. */
export interface ParseExpositionOptions {
  /** The time of samples that have none, epoch milliseconds UTC. */
  readonly timeMs: number;
  /** @default 'prometheus' */
  readonly format?: ExpositionFormat | undefined;
}

/** What a page says. */
export interface Exposition {
  /** In the order of the page. */
  readonly samples: readonly Sample[];
  /** What the metrics are, one entry a metric. */
  readonly metadata: readonly MetricMetadata[];
  /** Cases behind numbers, with their series; OpenMetrics alone has them. */
  readonly exemplars: readonly { readonly series: SeriesId; readonly exemplar: Exemplar }[];
}

/** So many lines are read before others get their turn. */
const linesAtOnce = 4_000;

/** How many lines' beginnings a parser keeps. */
const maxKnown = 200_000;

/**
 * Reads the text that exporters serve, Prometheus' format and OpenMetrics. Keep one for each target: the labels of lines
 * that came before are not read again, and the labels of one series stay the same frozen object.
 *
 * Source: Prometheus, "Exposition formats"; OpenMetrics 1.0.
 *
 * @example
 * ```ts
 * import { ExpositionParser } from '@novacron/monitoring';
 *
 * const page = '# TYPE jobs_total counter\njobs_total{queue="mail"} 42\n';
 * const { samples, metadata } = new ExpositionParser().parse(page, { timeMs: 1_000 });
 * samples // => [{ metric: 'jobs_total', labels: { queue: 'mail' }, timeMs: 1_000, value: 42 }]
 * metadata[0]?.type // => 'counter'
 * ```
 */
export class ExpositionParser {
  private known = new Map<string, SeriesId>();

  /**
   * Reads a page.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a line makes no sense; `details.line` says which, from 1. A page
   * is taken as a whole or not at all, as Prometheus does.
   */
  parse(page: string, options: ParseExpositionOptions): Exposition {
    const reading = this.read(page, options);
    let step = reading.next();
    while (step.done !== true) step = reading.next();
    return step.value;
  }

  /**
   * Reads a page as {@link ExpositionParser.parse} does, and lets others work after every few thousand lines.
   *
   * @param signal - Ends it.
   * @throws {NovaError} NOVA_CORE_ABORTED; NOVA_MONITORING_INVALID when a line makes no sense.
   */
  async parseInPieces(
    page: string,
    options: ParseExpositionOptions,
    {
      clock = systemClock,
      signal,
    }: { readonly clock?: Clock | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Exposition> {
    const reading = this.read(page, options);
    for (;;) {
      const step = reading.next();
      if (step.done === true) return step.value;
      await clock.sleep(0, { signal });
    }
  }

  /** Reads a page, and pauses once in a while. @throws {MonitoringError} NOVA_MONITORING_INVALID */
  private *read(
    page: string,
    { timeMs, format = 'prometheus' }: ParseExpositionOptions,
  ): Generator<void, Exposition, void> {
    if (this.known.size > maxKnown) this.known = new Map();
    const samples: Sample[] = [];
    const metadata = new Map<string, Partial<MetricMetadata>>();
    const exemplars: { series: SeriesId; exemplar: Exemplar }[] = [];
    let start = 0;
    let ended = false;
    for (let number = 1; start < page.length; number++) {
      if (number % linesAtOnce === 0) yield;
      const newline = page.indexOf('\n', start);
      const end = newline < 0 ? page.length : newline;
      const line = page.slice(start, end).trim();
      start = end + 1;
      try {
        if (ended) throw invalidInput('there is something behind # EOF');
        if (line.startsWith('#')) ended = readComment(line, format, metadata);
        else if (line !== '') {
          const { sample, exemplar } = this.readSample(line, timeMs, format);
          samples.push(sample);
          if (exemplar !== undefined) exemplars.push({ series: sample, exemplar });
        }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw invalidInput(`Line ${number} of the exposition can't be read: ${why}`, { line: number });
      }
    }
    if (format === 'openmetrics' && !ended) throw invalidInput('The exposition is cut off: # EOF is missing');
    return {
      samples,
      metadata: Array.from(metadata, ([metric, { type = 'unknown', help = '', unit = '' }]) => ({
        metric,
        type,
        help,
        unit,
      })),
      exemplars,
    };
  }

  /** Reads a sample's line. @throws {MonitoringError} NOVA_MONITORING_INVALID when it makes no sense. */
  private readSample(
    line: string,
    nowMs: number,
    format: ExpositionFormat,
  ): { readonly sample: Sample; readonly exemplar: Exemplar | undefined } {
    const labelsEnd = endOfSeries(line);
    const head = line.slice(0, labelsEnd);
    let series = this.known.get(head);
    if (series === undefined) {
      series = readSeries(head);
      this.known.set(head, series);
    }
    const reader = new LineReader(line, labelsEnd);
    const value = reader.number();
    const scale = format === 'openmetrics' ? 1000 : 1;
    const timeMs = reader.atEnd || reader.next === '#' ? nowMs : Math.round(reader.number() * scale);
    const exemplar = format === 'openmetrics' && reader.next === '#' ? readExemplar(reader, nowMs) : undefined;
    if (!reader.atEnd) throw invalidInput(`there is ${JSON.stringify(reader.rest)} behind the value`);
    if (!Number.isFinite(timeMs)) throw invalidInput('its time is not finite');
    return { sample: { metric: series.metric, labels: series.labels, timeMs, value }, exemplar };
  }
}

/** Where a line's name and labels end: at the brace that closes, or at the first space. */
function endOfSeries(line: string): number {
  const brace = line.indexOf('{');
  const space = /[ \t]/.exec(line)?.index ?? line.length;
  if (brace < 0 || (brace > space && line.slice(space, brace).trim() !== '')) return space;
  for (let i = brace + 1, quoted = false; i < line.length; i++) {
    const character = line[i];
    if (character === '\\' && quoted) i++;
    else if (character === '"') quoted = !quoted;
    else if (character === '}' && !quoted) return i + 1;
  }
  throw invalidInput('its labels do not end');
}

/** @throws {MonitoringError} NOVA_MONITORING_INVALID, and NOVA_CORE_INVALID when a name does not fit. */
function readSeries(head: string): SeriesId {
  const brace = head.indexOf('{');
  let metric = (brace < 0 ? head : head.slice(0, brace)).trim();
  const labels: Record<string, string> = {};
  if (brace >= 0) {
    const reader = new LineReader(head, brace);
    for (const [name, value] of reader.labels()) {
      if (value === undefined && metric === '') metric = name;
      else if (value === undefined) throw invalidInput(`label ${name} has no value`);
      else if (Object.hasOwn(labels, name)) throw invalidInput(`label ${name} is there twice`);
      else labels[name] = value;
    }
  }
  validateMetricName(metric);
  validateLabels(labels);
  const kept: Labels = Object.freeze(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')));
  return { metric, labels: kept };
}

/** OpenMetrics: `# {trace_id="4bf9"} 0.3 1600000000.5`. */
function readExemplar(reader: LineReader, nowMs: number): Exemplar {
  reader.expect('#');
  const labels: Record<string, string> = {};
  for (const [name, value] of reader.labels()) {
    if (value === undefined) throw invalidInput(`label ${name} of the exemplar has no value`);
    labels[name] = value;
  }
  const value = reader.number();
  const timeMs = reader.atEnd ? nowMs : Math.round(reader.number() * 1000);
  return { labels, value, timeMs };
}

/** Takes `# HELP`, `# TYPE`, `# UNIT`; all other comments say nothing. @returns whether the page ends here. */
function readComment(line: string, format: ExpositionFormat, metadata: Map<string, Partial<MetricMetadata>>): boolean {
  if (format === 'openmetrics' && line === '# EOF') return true;
  const [, kind, quoted, plain, text = ''] =
    /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+(?:"((?:[^"\\]|\\.)*)"|(\S+))(?:[ \t]+(.*))?$/.exec(line) ?? [];
  const metric = quoted ?? plain;
  if (kind === undefined || metric === undefined) return false;
  const before = metadata.get(metric) ?? {};
  if (kind === 'HELP') metadata.set(metric, { ...before, help: text.replace(/\\(n|\\|")/g, unescaped) });
  else if (kind === 'UNIT') metadata.set(metric, { ...before, unit: text.trim() });
  else metadata.set(metric, { ...before, type: typeOf(text.trim(), format) });
  return false;
}

function typeOf(name: string, format: ExpositionFormat): MetricType {
  const known = metricType(name);
  const untyped = format === 'prometheus' ? ['untyped', 'unknown'] : ['unknown'];
  if (known === 'unknown' && !untyped.includes(name)) throw invalidInput(`${JSON.stringify(name)} is no type`);
  return known;
}

function unescaped(_: string, character: string): string {
  return character === 'n' ? '\n' : character;
}
