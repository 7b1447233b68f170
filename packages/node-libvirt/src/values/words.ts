import { clientError } from '../error/libvirt-error.ts';

/** Words with the numbers that libvirt has for them. */
export type Words<Word extends string> = Readonly<Record<Word, number>>;

/** The word for a number of libvirt's; `unknown` for one that is newer than this package. */
export function wordOf<Word extends string>(words: Words<Word>, number: number): Word | 'unknown' {
  for (const word in words) if (words[word] === number) return word;
  return 'unknown';
}

/**
 * The number for a word.
 *
 * @param what - What the word stands for, for the message: `migrate: the compression`.
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when there is no such word.
 */
export function numberOf<Word extends string>(words: Words<Word>, word: Word, what: string): number {
  const number = Object.hasOwn(words, word) ? words[word] : undefined;
  if (number !== undefined) return number;
  const message = `${what} must be one of ${Object.keys(words).join(', ')}, not ${word}`;
  throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
}

/** The numbers of several words as one word of bits; 0 for none. */
export function bitsOf<Word extends string>(
  words: Words<Word>,
  chosen: readonly Word[] | undefined,
  what: string,
): number {
  return (chosen ?? []).reduce((bits, word) => bits | numberOf(words, word, what), 0) >>> 0;
}
