import {
  type NovaError,
  seriesKey,
  systemClock,
  withDeadline,
  type CallOptions,
  type Clock,
  type Sample,
} from '@novacron/core';
import { invalidInput, MonitoringError, toNovaError } from '../error.ts';
import { expositionFormatOf } from '../exposition/exposition-format.ts';
import { ExpositionParser, type Exposition } from '../exposition/exposition-parser.ts';
import type { ExemplarBuffer } from '../metadata/exemplar-buffer.ts';
import type { MetadataIndex } from '../metadata/metric-metadata.ts';
import type { SampleSink } from '../store/sample-sink.ts';
import { storeScrape, type LastSeries } from './store-scrape.ts';
import type { ScrapeTarget } from './scrape-target.ts';
import { TargetLabels } from './target-labels.ts';

/** How targets are scraped. */
export interface ScraperOptions {
  readonly targets: readonly ScrapeTarget[];
  /** Takes the samples. */
  readonly store: SampleSink;
  /** From one scrape to the next, milliseconds. @default 15_000 */
  readonly intervalMs?: number | undefined;
  /** The longest that a target may take, milliseconds. @default 10_000, or the interval when that is shorter */
  readonly timeoutMs?: number | undefined;
  /** The most bytes of a page. @default 67_108_864 */
  readonly maxBytes?: number | undefined;
  /** The most samples of a page; one with more counts as down. @default no limit */
  readonly maxSamples?: number | undefined;
  /** Takes what metrics are. @default nobody */
  readonly metadata?: MetadataIndex | undefined;
  /** Takes exemplars. @default nobody */
  readonly exemplars?: ExemplarBuffer | undefined;
  /** @default Node's own */
  readonly fetch?: typeof fetch | undefined;
  /** @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** What came of scraping a target once. */
export interface ScrapeReport {
  readonly target: ScrapeTarget;
  /** Epoch milliseconds UTC: the time of its samples. */
  readonly timeMs: number;
  readonly durationMs: number;
  /** Samples on the page. */
  readonly samples: number;
  /** Samples that were stored, those about the scrape itself included. */
  readonly appended: number;
  /** Why it counts as down; its series have ended then. */
  readonly error?: NovaError | undefined;
}

/**
 * Fetches the pages of exporters and stores what they say, as Prometheus does: with `up`, `scrape_duration_seconds` and
 * `scrape_samples_scraped` for each target, and with an end for each series that is not on the page any more, so that
 * queries do not go on showing it.
 *
 * Source: Prometheus, "Configuration", `scrape_config`; "Jobs and instances".
 */
export class Scraper {
  readonly #options: ScraperOptions;
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #targets: readonly WatchedTarget[];

  /**
   * @param options - What is scraped, and where it goes.
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when an option makes no sense.
   * @throws {NovaError} NOVA_CORE_INVALID when a target's label does not fit.
   */
  constructor(options: ScraperOptions) {
    for (const name of ['intervalMs', 'timeoutMs', 'maxBytes', 'maxSamples'] as const) {
      const limit = options[name];
      if (limit !== undefined && !(limit > 0)) throw invalidInput(`${name} must be above 0, not ${String(limit)}`);
    }
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#intervalMs = options.intervalMs ?? 15_000;
    this.#targets = options.targets.map((target) => ({
      target,
      parser: new ExpositionParser(),
      labels: new TargetLabels(target),
      last: new Map(),
    }));
  }

  /** Scrapes all targets once, at the same time. A target that fails is a report, never an error. */
  scrape(options?: CallOptions): Promise<readonly ScrapeReport[]> {
    return Promise.all(this.#targets.map((each) => this.#scrapeOne(each, options)));
  }

  /**
   * Scrapes again and again until the signal fires. A round that takes longer than the interval is followed by the next
   * multiple of it.
   *
   * @param onRound - Told of each round.
   */
  async run(signal: AbortSignal, onRound: (reports: readonly ScrapeReport[]) => void = () => {}): Promise<void> {
    while (!signal.aborted) {
      const startMs = this.#clock.monotonic();
      onRound(await this.scrape({ signal }));
      const passed = this.#clock.monotonic() - startMs;
      const rest = this.#intervalMs - (passed % this.#intervalMs);
      await this.#clock.sleep(rest, { signal }).catch(() => {});
    }
  }

  async #scrapeOne(each: WatchedTarget, options: CallOptions | undefined): Promise<ScrapeReport> {
    const { target, labels } = each;
    const timeMs = Math.round(this.#clock.now());
    const startMs = this.#clock.monotonic();
    let page: Exposition | undefined;
    let error: NovaError | undefined;
    try {
      page = await this.#read(each, timeMs, options);
    } catch (reason) {
      error = toNovaError(reason);
    }
    const durationMs = this.#clock.monotonic() - startMs;
    const own = (metric: string, value: number): Sample => ({ metric, labels: labels.target, timeMs, value });
    const about = [
      own('up', error === undefined ? 1 : 0),
      own('scrape_duration_seconds', durationMs / 1000),
      own('scrape_samples_scraped', page?.samples.length ?? 0),
    ];
    let appended = 0;
    try {
      const samples = labels.labelled(page?.samples ?? []);
      const stored = await storeScrape(this.#options.store, samples, about, each.last, timeMs);
      ({ appended } = stored);
      each.last = stored.series;
      this.#keep(page, labels);
    } catch (reason) {
      error ??= toNovaError(reason);
    }
    return { target, timeMs, durationMs, samples: page?.samples.length ?? 0, appended, error };
  }

  /** Fetches and reads a page. @throws {NovaError} what went wrong; never with what the target's headers hold. */
  #read({ target, parser }: WatchedTarget, timeMs: number, options?: CallOptions): Promise<Exposition> {
    const {
      timeoutMs = Math.min(10_000, this.#intervalMs),
      maxBytes = 67_108_864,
      maxSamples = Infinity,
    } = this.#options;
    return withDeadline(
      { signal: options?.signal, timeoutMs: Math.min(timeoutMs, options?.timeoutMs ?? Infinity) },
      async (signal) => {
        const response = await (this.#options.fetch ?? fetch)(target.url, {
          headers: {
            accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5',
            ...target.headers,
          },
          signal,
        });
        if (!response.ok) {
          await response.body?.cancel();
          throw new MonitoringError({ kind: 'unavailable', message: `${nameOf(target)} answers ${response.status}` });
        }
        const format = expositionFormatOf(response.headers.get('content-type'));
        const page = await parser.parseInPieces(
          await textOf(response, maxBytes, target),
          { timeMs, format },
          { clock: this.#clock, signal },
        );
        if (page.samples.length > maxSamples) {
          throw new MonitoringError({
            kind: 'quota',
            message: `${nameOf(target)} has ${page.samples.length} samples; at most ${maxSamples} are taken`,
          });
        }
        return page;
      },
      this.#clock,
    );
  }

  #keep(page: Exposition | undefined, labels: TargetLabels): void {
    const { metadata, exemplars } = this.#options;
    for (const each of page?.metadata ?? []) metadata?.set(each);
    if (exemplars === undefined) return;
    for (const { series, exemplar } of page?.exemplars ?? []) {
      const id = { metric: series.metric, labels: labels.merged(series.labels) };
      exemplars.add(seriesKey(id.metric, id.labels), id, exemplar);
    }
  }
}

/** A target, and what is known of it. */
interface WatchedTarget {
  readonly target: ScrapeTarget;
  readonly parser: ExpositionParser;
  readonly labels: TargetLabels;
  last: LastSeries;
}

/** A page's text. @throws {MonitoringError} NOVA_MONITORING_QUOTA when it is too big. */
async function textOf(response: Response, maxBytes: number, target: ScrapeTarget): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  if (response.body === null) return text;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new MonitoringError({ kind: 'quota', message: `${nameOf(target)} has more than ${maxBytes} bytes` });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A target without what may be secret in its address. */
function nameOf({ url }: ScrapeTarget): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
