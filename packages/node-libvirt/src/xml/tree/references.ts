import { forbiddenCharacter } from './characters.ts';
import { XMLFault } from './xml-fault.ts';

const named: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * Puts characters in the place of references: XML's five names and numbers (`&#38;`, `&#x26;`). There are no others,
 * because documents with a DOCTYPE are refused.
 *
 * @param offset - Where the text stands in the document, for errors.
 * @param normalise - What happens to line ends and spaces that are not references.
 * @throws {XMLFault} when a reference is unknown, has no end or means a character that XML forbids.
 */
export function resolveReferences(text: string, offset: number, normalise: (literal: string) => string): string {
  let result = '';
  let done = 0;
  for (;;) {
    const start = text.indexOf('&', done);
    if (start === -1) return result + normalise(text.slice(done));
    // No reference is longer, so a text without semicolons is not searched to its end again and again.
    const length = text.slice(start, start + 16).indexOf(';');
    if (length === -1) throw new XMLFault('"&" begins a reference, but there is no ";"; write "&amp;"', offset + start);
    result += normalise(text.slice(done, start)) + character(text.slice(start + 1, start + length), offset + start);
    done = start + length + 1;
  }
}

function character(reference: string, offset: number): string {
  const digits = /^#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}))$/.exec(reference);
  if (digits === null) {
    const found = named.get(reference);
    if (found !== undefined) return found;
    throw new XMLFault(`unknown reference "&${reference};"; XML has lt, gt, amp, quot, apos and numbers`, offset);
  }
  const code = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
  const text = code > 0x10_ff_ff ? '\0' : String.fromCodePoint(code);
  if (forbiddenCharacter.test(text)) throw new XMLFault(`"&${reference};" is no character of XML`, offset);
  return text;
}
