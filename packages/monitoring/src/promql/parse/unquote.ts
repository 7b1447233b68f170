const simple: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

/**
 * The text of a quoted string, with Go's escapes; none when an escape is unknown. Bytes that are not UTF-8 become
 * U+FFFD.
 */
export function unquote(quoted: string): string | undefined {
  const quote = quoted[0];
  const body = quoted.slice(1, -1);
  if (quote === '`' || !body.includes('\\')) return body;
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  for (let i = 0; i < body.length;) {
    if (body[i] !== '\\') {
      const character = String.fromCodePoint(body.codePointAt(i) as number);
      bytes.push(...encoder.encode(character));
      i += character.length;
      continue;
    }
    const letter = body[i + 1] ?? '';
    const known = simple[letter];
    if (known !== undefined) {
      if ((letter === "'" || letter === '"') && letter !== quote) return undefined;
      bytes.push(known);
      i += 2;
      continue;
    }
    const match = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2}))/.exec(body.slice(i));
    if (match === null) return undefined;
    const [all, byte, short, long, octal] = match;
    const codePoint = Number.parseInt(short ?? long ?? '0', 16);
    if (codePoint > 0x10_ff_ff || (codePoint >= 0xd8_00 && codePoint < 0xe0_00)) return undefined;
    if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else bytes.push(...encoder.encode(String.fromCodePoint(codePoint)));
    i += all.length;
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
