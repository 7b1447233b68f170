/** What XML 1.0 forbids in a document, even as a reference: control characters, halves of pairs, U+FFFE, U+FFFF. */
// oxlint-disable-next-line no-control-regex
export const forbiddenCharacter: RegExp = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Surrogate}]/u;

const nameStart =
  /^[:A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{EFFFF}]/u;
const qualifiedName = /^[^:]+(?::[^:]+)?$/;

/** The rest of a name, where it begins; `y` is set, so put `lastIndex` first. */
const nameRest =
  /[-.0-9:A-Z_a-z\xB7\xC0-\xD6\xD8-\xF6\xF8-\u037D\u037F-\u1FFF\u200C-\u200D\u203F\u2040\u2070-\u218F\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{EFFFF}]*/uy;

/** Which ASCII characters a name may go on with; letters, digits and `-._:`. */
export const asciiNameCharacter: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[-.0-9:A-Z_a-z]/.test(String.fromCharCode(code))),
);

/** The end of the characters that a name may have, from `start`. */
export function endOfName(text: string, start: number): number {
  let end = start;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code >= 128) break;
    if (asciiNameCharacter[code] !== 1) return end;
    end++;
  }
  nameRest.lastIndex = end;
  nameRest.test(text);
  return nameRest.lastIndex;
}

/** Whether a text is the name of an element or attribute: letters first, one colon at most, and not at an end. */
export function isName(text: string): boolean {
  return (
    nameStart.test(text) &&
    endOfName(text, 0) === text.length &&
    qualifiedName.test(text) &&
    nameStart.test(text.slice(text.indexOf(':') + 1))
  );
}

/** Whether a code is XML's white space: space, tab, line feed or carriage return. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}

/** Whether a text is nothing but white space. */
export function isBlank(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (!isSpace(text.charCodeAt(index))) return false;
  return true;
}
