const unitSeconds: Readonly<Record<string, number>> = {
  y: 31_536_000,
  w: 604_800,
  d: 86_400,
  h: 3_600,
  m: 60,
  s: 1,
  ms: 0.001,
};

const duration = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;

/**
 * The value of a number or duration as it is written: `1_000`, `0x1F`, `017` (octal, as in Go), `.5e3`, `Inf`, `NaN`,
 * `1h30m` (its seconds); NaN too for a text that is neither.
 */
export function parseNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[+-]/, '').replaceAll('_', '').toLowerCase();
  if (digits === 'inf') return sign * Infinity;
  if (digits === 'nan') return Number.NaN;
  if (/^0[0-7]+$/.test(digits)) return sign * Number.parseInt(digits, 8);
  if (/^(?:0x[\da-f]+|0b[01]+|0o[0-7]+)$/.test(digits)) return sign * Number(digits);
  const seconds = parseDuration(digits);
  return sign * (seconds ?? (digits === '' ? Number.NaN : Number(digits)));
}

/** A duration's seconds; none when the text is not a duration. Units come largest first, each once. */
export function parseDuration(text: string): number | undefined {
  if (text === '' || !duration.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)([a-z]+)/g)) {
    milliseconds += Math.round(Number(amount) * (unitSeconds[unit as string] as number) * 1000);
  }
  return milliseconds / 1000;
}
