import { NovaError, withDeadline, type CallOptions } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { AppendResult, MetricStore } from '../store/metric-store.ts';
import { Rejections } from '../store/rejections.ts';
import { sampleTexts } from './export-samples.ts';
import { GatheredSamples } from './gathered-samples.ts';
import type { SampleTextReader } from './sample-text.ts';
import { textLines } from './text-lines.ts';
import { checkFormat, type TransferFormat, type TransferProgress } from './transfer-format.ts';

/** What is imported, and how. */
export interface ImportOptions extends CallOptions {
  /** @default 'jsonl' */
  readonly format?: TransferFormat | undefined;
  /** Samples that are stored together. @default 20_000 */
  readonly batchSamples?: number | undefined;
  /** Hears how far it has come, after each batch. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

const linesAtOnce = 1_000;

/**
 * Reads samples from text and stores them, batch by batch; resolves when all are stored. What the store does not take is
 * counted by reason: samples that it has already, so that an import that broke off can be run again. In a store that
 * holds newer samples of the same series give it an out-of-order window.
 *
 * @param source - The text, in pieces of any size: a file's `createReadStream`, a response's body, an array.
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when the text makes no sense; `details.line` says where, from 1, and
 * `details.samples` how many were read before it and stored.
 * @throws {MonitoringError} NOVA_MONITORING_QUOTA when there are more series than the store takes.
 * @throws {NovaError} NOVA_CORE_ABORTED and NOVA_CORE_TIMEOUT; batches that were stored stay.
 *
 * @example
 * ```ts
 * import { importSamples, memoryStore } from '@novacron/monitoring';
 *
 * await using store = memoryStore();
 * const text = '{"metric":{"__name__":"vm.up","vm":"web-1"},"values":[1,1],"timestamps":[1000,2000]}\n';
 * await importSamples(store, [text]) // => { appended: 2, rejected: [] }
 * ```
 */
export function importSamples(
  store: MetricStore,
  source: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
  { format = 'jsonl', batchSamples = 20_000, onProgress, ...options }: ImportOptions = {},
): Promise<AppendResult> {
  return withDeadline(options, async (signal) => {
    const importing = new Importing(store, sampleTexts[checkFormat(format)].reader(), batchSamples, onProgress);
    for await (const lines of textLines(source)) {
      for (let start = 0; start < lines.length; start += linesAtOnce) {
        signal.throwIfAborted();
        await importing.read(lines.slice(start, start + linesAtOnce), signal);
      }
    }
    return importing.end(signal);
  });
}

class Importing {
  readonly #store: MetricStore;
  readonly #reader: SampleTextReader;
  readonly #batchSamples: number;
  readonly #onProgress: ImportOptions['onProgress'];
  readonly #gathered = new GatheredSamples();
  readonly #rejections = new Rejections();
  #appended = 0;
  #samples = 0;
  #lines = 0;
  #characters = 0;

  constructor(
    store: MetricStore,
    reader: SampleTextReader,
    batchSamples: number,
    onProgress: ImportOptions['onProgress'],
  ) {
    this.#store = store;
    this.#reader = reader;
    this.#batchSamples = batchSamples;
    this.#onProgress = onProgress;
  }

  async read(lines: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#tried(() => this.#reader.read(lines, this.#gathered), signal);
    this.#lines += lines.length;
    for (const line of lines) this.#characters += line.length + 1;
    if (this.#gathered.count >= this.#batchSamples) await this.#write(signal);
  }

  async end(signal: AbortSignal): Promise<AppendResult> {
    await this.#tried(() => this.#reader.end(), signal);
    await this.#write(signal);
    return { appended: this.#appended, rejected: this.#rejections.list() };
  }

  /** Stores what was read before a line that makes no sense, and says which it is. */
  async #tried(task: () => void, signal: AbortSignal): Promise<void> {
    try {
      task();
    } catch (error) {
      await this.#write(signal);
      if (!NovaError.isInstance(error) || error.kind !== 'invalid') throw error;
      const place = error.details['line'];
      const line = this.#lines + (typeof place === 'number' ? place + 1 : 0);
      const message = typeof place === 'number' ? `Line ${line} can't be read: ${error.message}` : error.message;
      throw invalidInput(message, { line, samples: this.#samples });
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const gathered = this.#gathered;
    if (gathered.count === 0) return;
    const refs = await this.#store.register(gathered.ids, { signal });
    const { appended, rejected } = await this.#store.appendBatch(gathered.batch(refs), { signal });
    this.#appended += appended;
    this.#samples += gathered.count;
    for (const { reason, count } of rejected) this.#rejections.add(reason, count);
    gathered.clear();
    this.#onProgress?.({ samples: this.#samples, characters: this.#characters });
  }
}
