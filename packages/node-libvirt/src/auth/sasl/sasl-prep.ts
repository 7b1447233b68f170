import { connectError } from '../../transport/connect-error.ts';

/** What RFC 3454 maps to nothing (B.1): signs that nobody sees. */
const ignored = /[\u00AD\u1806\u200B\u2060\uFEFF]|\u034F|[\u180B-\u180D]|\u200C|\u200D|[\uFE00-\uFE0F]/gu;

/** Blanks other than the usual one (C.1.2). */
const blanks = /[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/gu;

/** What must not stand in a name or password (C.2.1, C.2.2, C.3 to C.9): control, private, odd and tagging characters. */
const prohibited =
  /[\p{Cc}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}\u06DD\u070F\u180E\u2028\u2029\u2061-\u2063\u206A-\u206F\uFFF9-\uFFFD\u2FF0-\u2FFB\u200E\u200F\u202A-\u202E\u{1D173}-\u{1D17A}\u{E0001}\u{E0020}-\u{E007F}]|\u0340|\u0341/u;

/** Letters of scripts that are written from right to left (D.1). */
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\u05BE\u05C0\u05C3\u200F]/u;

/**
 * Prepares a name or password so that both sides mean the same by it (SASLprep, RFC 4013): blanks become the usual one,
 * invisible signs go, and what can be written in several ways takes one form (NFKC).
 *
 * @throws {LibvirtError} LIBVIRT_CREDENTIALS_INVALID when it holds what none may hold; the text is not shown.
 */
export function saslPrep(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const prepared = text.replace(blanks, ' ').replace(ignored, '').normalize('NFKC');
  if (prohibited.test(prepared)) {
    throw invalid('a name or password holds a character that none may hold (RFC 4013)');
  }
  if (rightToLeft.test(prepared)) {
    const letters = Array.from(prepared);
    const ends = [letters[0] ?? '', letters.at(-1) ?? ''];
    const hasOther = letters.some((letter) => /\p{L}/u.test(letter) && !rightToLeft.test(letter));
    if (hasOther || !ends.every((letter) => rightToLeft.test(letter))) {
      throw invalid('a name or password mixes scripts of two directions (RFC 3454, section 6)');
    }
  }
  return prepared;
}

function invalid(message: string): Error {
  return connectError('LIBVIRT_CREDENTIALS_INVALID', message);
}
