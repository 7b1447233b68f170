import type { NumberFormat } from './model.ts';

const missing = '–';
/** Every place with three, six, nine digits to its right. */
const thousands = /\B(?=(?:\d{3})+$)/g;
const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** A number for people: `0.8312` as percent is `83 %`; what is not finite is a dash. */
export function formatNumber(value: number, format: NumberFormat = 'number'): string {
  if (!Number.isFinite(value)) return missing;
  return writers[format](value);
}

const writers: Readonly<Record<NumberFormat, (value: number) => string>> = {
  number: (value) =>
    Math.abs(value) < 1_000 ? String(Number(value.toPrecision(4))) : value.toFixed(0).replaceAll(thousands, ','),
  percent: (value) => `${formatDigits(value * 100)} %`,
  bytes(value) {
    const power = Math.min(byteUnits.length - 1, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)));
    return `${formatDigits(value / 1024 ** power)} ${byteUnits[power] ?? ''}`;
  },
  duration(value) {
    const size = Math.abs(value);
    if (size < 1_000) return `${formatDigits(value)} ms`;
    if (size < 60_000) return `${formatDigits(value / 1_000)} s`;
    if (size < 3_600_000) return `${formatDigits(value / 60_000)} min`;
    return size < 86_400_000 ? `${formatDigits(value / 3_600_000)} h` : `${formatDigits(value / 86_400_000)} d`;
  },
};

/** Two or three digits are all that one reads. */
function formatDigits(value: number): string {
  const size = Math.abs(value);
  const text = value.toFixed(size >= 10 || size === 0 ? 0 : 1);
  return text === '-0.0' ? '0.0' : text;
}

/** `2026-11-21 04:30`, in UTC; what is no time is a dash. */
export function formatTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? missing : date.toISOString().slice(0, 16).replace('T', ' ');
}

/** The same for machines, for the `datetime` of a `<time>`; nothing when it is no time. */
export function isoTime(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
