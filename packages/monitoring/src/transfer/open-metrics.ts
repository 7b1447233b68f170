import { NovaError, type Sample, type Series } from '@novacron/core';
import { invalidInput } from '../error.ts';
import { ExpositionParser } from '../exposition/exposition-parser.ts';
import { formatExposition } from '../exposition/format-exposition.ts';
import type { GatheredSamples } from './gathered-samples.ts';
import type { SampleText, SampleTextReader } from './sample-text.ts';

const endLine = '# EOF';

/** OpenMetrics, every line with its time. */
export const openMetrics: SampleText = {
  begin: () => '',
  write: (series) =>
    [...formatExposition(series.flatMap(samplesOf), { format: 'openmetrics', times: true })]
      .join('')
      .replace(/# EOF\n$/, ''),
  end: () => `${endLine}\n`,
  reader: () => new OpenMetricsReader(),
};

function samplesOf({ metric, labels, timesMs, values }: Series): Sample[] {
  return Array.from(values, (value, i) => ({ metric, labels, timeMs: timesMs[i] as number, value }));
}

class OpenMetricsReader implements SampleTextReader {
  readonly #parser = new ExpositionParser();
  #ended = false;

  read(lines: readonly string[], gathered: GatheredSamples): void {
    const end = lines.findIndex((line) => line.trim() === endLine);
    const rest = end < 0 ? -1 : lines.findIndex((line, i) => i > end && line.trim() !== '');
    if (rest >= 0 || (this.#ended && lines.some((line) => line.trim() !== ''))) {
      throw invalidInput('there is something behind # EOF', { line: Math.max(0, rest) });
    }
    this.#ended ||= end >= 0;
    const page = `${(end < 0 ? lines : lines.slice(0, end)).join('\n')}\n${endLine}\n`;
    try {
      // A sample without a time is none of an export's: its time is not finite.
      for (const { metric, labels, timeMs, value } of this.#parser.parse(page, {
        timeMs: Number.NaN,
        format: 'openmetrics',
      }).samples) {
        gathered.add(gathered.series(metric, labels), timeMs, value);
      }
    } catch (error) {
      if (!NovaError.isInstance(error)) throw error;
      const line = Number(error.details['line'] ?? 1) - 1;
      throw invalidInput(error.message.replace(/^Line \d+ of the exposition can't be read: /, ''), { line });
    }
  }

  end(): void {
    if (!this.#ended) throw invalidInput('The text is cut off: # EOF is missing');
  }
}
