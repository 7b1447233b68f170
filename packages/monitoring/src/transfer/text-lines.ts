import { invalidInput } from '../error.ts';

/** A line may have so many characters. */
const longestLine = 2 ** 26;

/**
 * The lines of a text that comes in pieces of characters or UTF-8 bytes, several at a time, without their ends.
 *
 * @throws {MonitoringError} NOVA_MONITORING_INVALID when bytes are no UTF-8 or a line is far too long.
 */
export async function* textLines(
  source: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): AsyncGenerator<string[], void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  for await (const piece of source) {
    const text = typeof piece === 'string' ? piece : decoded(() => decoder.decode(piece, { stream: true }));
    if (rest.length + text.length > longestLine && !text.includes('\n')) {
      throw invalidInput(`A line is longer than ${longestLine} characters`);
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (lines.length > 0) yield lines;
  }
  rest += decoded(() => decoder.decode());
  if (rest !== '') yield [rest];
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch {
    throw invalidInput('The text is not UTF-8');
  }
}
