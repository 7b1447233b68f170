import { NovaError, validateLabels, validateMetricName } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { floatBits } from '../store/float-bits.ts';
import type { SeriesId } from '../store/metric-store.ts';

/** The samples of a table's rows, column by column. */
export class SampleRows {
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly #bits: Uint32Array;
  readonly #metrics: string[] = [];
  readonly #labels: { readonly name: string; readonly texts: (string | undefined)[] }[] = [];

  /** @param rows - How many there are. */
  constructor(rows: number) {
    this.timesMs = new Float64Array(rows);
    this.values = new Float64Array(rows);
    this.#bits = floatBits(this.values);
  }

  /**
   * Rounds to the millisecond.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when one is no time.
   */
  takeTimes(data: ArrayLike<unknown>, start: number): void {
    for (let i = 0; i < data.length; i++) {
      const time = data[i];
      const timeMs = typeof time === 'number' || typeof time === 'bigint' ? Number(time) : Number.NaN;
      if (!Number.isFinite(timeMs)) throw wrongField(time, 'time', start + i);
      this.timesMs[start + i] = Math.round(timeMs);
    }
  }

  /**
   * What is null is NaN: so tables of pandas have it.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when one is no number.
   */
  takeValues(data: ArrayLike<unknown>, start: number): void {
    if (data instanceof Float64Array) {
      this.#bits.set(floatBits(data), start * 2);
      return;
    }
    for (let i = 0; i < data.length; i++) {
      const value = data[i] ?? Number.NaN;
      if (typeof value !== 'number' && typeof value !== 'bigint') throw wrongField(value, 'number', start + i);
      this.values[start + i] = Number(value);
    }
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when one is no text. */
  takeMetrics(data: ArrayLike<unknown>, start: number): void {
    for (let i = 0; i < data.length; i++) {
      const metric = data[i];
      if (typeof metric !== 'string') throw wrongField(metric, 'name of a metric', start + i);
      this.#metrics[start + i] = metric;
    }
  }

  /** Begins the column of a label. */
  addLabel(name: string): number {
    return this.#labels.push({ name, texts: [] }) - 1;
  }

  /** @throws {MonitoringError} NOVA_MONITORING_INVALID when one is nothing of which a label can be made. */
  takeLabels(column: number, data: ArrayLike<unknown>, start: number): void {
    const { texts } = this.#labels[column] as { texts: (string | undefined)[] };
    for (let i = 0; i < data.length; i++) {
      const value = data[i] ?? '';
      if (typeof value === 'string') texts[start + i] = value === '' ? undefined : value;
      else if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
        texts[start + i] = String(value);
      } else throw wrongField(value, 'text', start + i);
    }
  }

  /**
   * The series of the rows from one to before another, by number, and of each row the number of its series.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when a name or label does not fit; `details.row` says of which.
   */
  seriesOf(from: number, to: number): { readonly ids: readonly SeriesId[]; readonly numbers: Uint32Array } {
    const ids: SeriesId[] = [];
    const numbers = new Uint32Array(to - from);
    const known = new Map<string, number>();
    for (let row = from; row < to; row++) {
      if (row > from && this.#isSame(row - 1, row)) {
        numbers[row - from] = numbers[row - from - 1] as number;
        continue;
      }
      const key = JSON.stringify([this.#metrics[row], ...this.#labels.map(({ texts }) => texts[row] ?? null)]);
      let number = known.get(key);
      if (number === undefined) {
        number = ids.push(this.#idOf(row)) - 1;
        known.set(key, number);
      }
      numbers[row - from] = number;
    }
    return { ids, numbers };
  }

  #isSame(one: number, other: number): boolean {
    if (this.#metrics[one] !== this.#metrics[other]) return false;
    return this.#labels.every(({ texts }) => texts[one] === texts[other]);
  }

  #idOf(row: number): SeriesId {
    const metric = this.#metrics[row] as string;
    const given: [string, string][] = [];
    for (const { name, texts } of this.#labels) if (texts[row] !== undefined) given.push([name, texts[row]]);
    const labels = Object.fromEntries(given); // not by assignment: a label may be called __proto__
    try {
      validateMetricName(metric);
      validateLabels(labels);
    } catch (error) {
      throw invalidInput(NovaError.isInstance(error) ? error.message : String(error), { row });
    }
    return { metric, labels };
  }
}

function wrongField(value: unknown, what: string, row: number): Error {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 50)) : Object.prototype.toString.call(value);
  return invalidInput(`${text} in row ${row} is no ${what}`, { row });
}
