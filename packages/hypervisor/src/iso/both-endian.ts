/** Numbers as ISO 9660 writes most of them: the little-endian form, then the big-endian one (ECMA-119, 7.3.3). */
export function both32(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, value, true);
  view.setUint32(offset + 4, value, false);
}

/** The same for 16 bits (ECMA-119, 7.2.3). */
export function both16(view: DataView, offset: number, value: number): void {
  view.setUint16(offset, value, true);
  view.setUint16(offset + 2, value, false);
}

/** Bytes of ASCII text; other characters become `_`. */
export const ascii = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code >= 0x20 && code < 0x7f ? code : 0x5f;
  });

/** Bytes of text in UCS-2, the larger byte first, as Joliet writes it. */
export function ucs2(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), false);
  return bytes;
}
