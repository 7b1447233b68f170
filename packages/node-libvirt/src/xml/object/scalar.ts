/** Whole numbers as they are usually spelled. */
const usual = /^(?:0|-?[1-9][0-9]{0,15})$/;
const anyInteger = /^[ \t\r\n]*[-+]?[0-9]+[ \t\r\n]*$/;
const mostDigits = 400;

/** The number that a text spells, in the usual way or not; the text itself when it spells none. */
export function numberOrText(text: string): number | string {
  return text.length <= mostDigits && anyInteger.test(text) ? Number(text) : text;
}

/** Whether a number's own spelling is this text. */
export function isUsual(text: string): boolean {
  return usual.test(text) && Number.isSafeInteger(Number(text));
}

/** How a value is written; undefined when it is none that can be. */
export function spell(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
