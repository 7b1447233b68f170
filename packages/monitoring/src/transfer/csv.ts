import { validateLabels, validateMetricName, type Series } from '@novacron/core';
import { invalidInput } from '../error.ts';
import type { GatheredSamples } from './gathered-samples.ts';
import { lateLabel } from './late-label.ts';
import { numberText, readNumber, readTime } from './number-text.ts';
import type { SampleText, SampleTextReader } from './sample-text.ts';

const ownColumns = ['metric', 'time_ms', 'value'] as const;

/** Lines with fields between commas (RFC 4180): three of its own, and behind them one for each label. */
export const csv: SampleText = {
  begin: (labels) => lineOf([...ownColumns, ...labels]),
  write: (series, labels) => series.map((each) => linesOf(each, labels)).join(''),
  end: () => '',
  reader: () => new CsvReader(),
};

function linesOf({ metric, labels, timesMs, values }: Series, columns: readonly string[]): string {
  const late = Object.keys(labels).find((name) => labels[name] !== '' && !columns.includes(name));
  if (late !== undefined) throw lateLabel(metric, late);
  const tail = columns
    .map((name) => `,${fieldOf(Object.hasOwn(labels, name) ? (labels[name] as string) : '')}`)
    .join('');
  const head = fieldOf(metric);
  let text = '';
  for (let i = 0; i < values.length; i++) {
    text += `${head},${timesMs[i]},${numberText(values[i] as number)}${tail}\n`;
  }
  return text;
}

function lineOf(fields: readonly string[]): string {
  return `${fields.map(fieldOf).join()}\n`;
}

function fieldOf(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

class CsvReader implements SampleTextReader {
  #labels: readonly string[] | undefined;
  #begun = ''; // a record that goes on in the next line

  read(lines: readonly string[], gathered: GatheredSamples): void {
    lines.forEach((line, i) => {
      const record = this.#begun === '' ? line : `${this.#begun}\n${line}`;
      const isWhole = (record.split('"').length - 1) % 2 === 0;
      this.#begun = isWhole ? '' : record;
      if (!isWhole || record.trim() === '') return;
      try {
        this.#readRecord(fieldsOf(record), gathered);
      } catch (error) {
        throw invalidInput(error instanceof Error ? error.message : String(error), { line: i });
      }
    });
  }

  end(): void {
    if (this.#begun !== '') throw invalidInput('The text ends within quotes');
  }

  #readRecord(fields: readonly string[], gathered: GatheredSamples): void {
    if (this.#labels === undefined) {
      if (ownColumns.some((name, i) => fields[i] !== name)) {
        throw invalidInput(`the first line must begin with ${ownColumns.join()}`);
      }
      this.#labels = fields.slice(ownColumns.length);
      validateLabels(Object.fromEntries(this.#labels.map((name) => [name, ''])));
      return;
    }
    const [metric = '', time = '', value = '', ...texts] = fields;
    if (texts.length !== this.#labels.length) {
      throw invalidInput(`it has ${fields.length} fields, not ${this.#labels.length + ownColumns.length}`);
    }
    validateMetricName(metric);
    const labels: Record<string, string> = {};
    this.#labels.forEach((name, i) => {
      if (texts[i] !== '') labels[name] = texts[i] as string;
    });
    gathered.add(gathered.series(metric, labels), readTime(time), readNumber(value));
  }
}

function fieldsOf(record: string): string[] {
  if (!record.includes('"')) return record.replace(/\r$/, '').split(',');
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|\r?$)/y;
  for (;;) {
    const [, quoted, plain, end] = field.exec(record) ?? [];
    if (end === undefined) throw invalidInput('a quote is out of place');
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') return fields;
  }
}
