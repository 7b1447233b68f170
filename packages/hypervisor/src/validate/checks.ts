import type { SpecProblem } from '../spec/spec-problem.ts';

/** What a caller without a type checker may have passed. */
export type Unchecked = Readonly<Record<string, unknown>>;

// eslint-disable-next-line no-control-regex -- tab and line ends are text; XML can hold none of these
const forbiddenInText = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\u{d800}-\u{dfff}]/u;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const forbiddenInNames = /[\u0000-\u001f\u007f/]/;
const macAddress = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i;
/** File systems take 255 bytes; hypervisors append `.xml`, `.log` and the like. */
const longestNameBytes = 250;

/** Collects what is wrong with values at their places. Whatever it is given, it does not throw. */
export class Checks {
  readonly problems: SpecProblem[] = [];

  /** Files a problem unless the condition holds. */
  check(holds: boolean, path: string, message: string, fix?: string): void {
    if (!holds) this.problems.push({ path, message, ...(fix === undefined ? {} : { fix }) });
  }

  /** A name of a machine, volume, pool or network. */
  name(value: unknown, path: string): void {
    this.check(
      isText(value) && !forbiddenInNames.test(value) && new TextEncoder().encode(value).length <= longestNameBytes,
      path,
      `must be 1 to ${longestNameBytes} bytes of UTF-8 without control characters or slashes`,
      'choose a shorter name of letters, digits, hyphens and dots',
    );
  }

  /** Text that XML can hold; empty only where that is said. */
  text(value: unknown, path: string, message = 'must be text without control characters'): void {
    this.check(isText(value), path, message);
  }

  /** Text that may also be absent or empty. */
  optionalText(value: unknown, path: string): void {
    this.check(
      value === undefined || value === '' || isText(value),
      path,
      'must be text without control characters',
      'remove the control characters',
    );
  }

  /** True, false or absent. */
  flag(value: unknown, path: string): void {
    this.check(value === undefined || typeof value === 'boolean', path, `must be true or false, not ${shown(value)}`);
  }

  /** A whole number in a range, or absent. */
  whole(value: unknown, path: string, [least, most]: readonly [number, number]): void {
    this.check(
      value === undefined || (isWhole(value) && value >= least && value <= most),
      path,
      most === Number.MAX_SAFE_INTEGER
        ? `must be a whole number of ${least} or more, not ${shown(value)}`
        : `must be a whole number from ${least} to ${most}, not ${shown(value)}`,
    );
  }

  /** One of some words, or absent. */
  choice(value: unknown, choices: readonly string[], path: string): void {
    const holds = value === undefined || (typeof value === 'string' && choices.includes(value));
    this.check(holds, path, `must be ${choices.join(' or ')}, not ${shown(value)}`);
  }

  /** Six bytes in hexadecimal, for one card and not a group. */
  mac(value: unknown, path: string): void {
    const wellFormed = typeof value === 'string' && macAddress.test(value);
    this.check(wellFormed, path, `must look like 52:54:00:12:34:56, not ${shown(value)}`);
    if (!wellFormed) return;
    const isGroup = Number.parseInt(value.slice(0, 2), 16) % 2 === 1;
    this.check(!isGroup, path, `is the address of a group, not of a card: ${value}`, 'begin it with 52:54:00');
  }

  /** An object, or absent. @returns it when it is one. */
  record(value: unknown, path: string): Unchecked | undefined {
    if (value === undefined) return undefined;
    if (isRecord(value)) return value;
    this.check(false, path, `must be an object, not ${shown(value)}`);
    return undefined;
  }

  /** A list, or absent. @returns what it holds. */
  list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
    this.check(false, path, `must be a list, not ${shown(value)}`);
    return [];
  }

  /** A list of objects, or absent; each is looked at. */
  records(value: unknown, path: string, look: (item: Unchecked, path: string, index: number) => void): void {
    for (const [index, item] of this.list(value, path).entries()) {
      const record = this.record(item ?? null, `${path}[${index}]`);
      if (record !== undefined) look(record, `${path}[${index}]`, index);
    }
  }

  /** No value may stand twice; absent ones don't count. */
  unique(values: readonly unknown[], pathOf: (index: number) => string, what: string): void {
    const first = new Map<unknown, number>();
    for (const [index, value] of values.entries()) {
      if (value === undefined) continue;
      const before = first.get(value);
      if (before === undefined) first.set(value, index);
      else this.check(false, pathOf(index), `${what} ${shown(value)} stands at ${pathOf(before)} too`, 'change one');
    }
  }
}

/** Whether a value is an object that is no list. */
export const isRecord = (value: unknown): value is Unchecked =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is text that is not empty and that XML can hold. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !forbiddenInText.test(value);

/** Whether a value is a whole number that is exact. */
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** A value for a message: not every one can be turned into text. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : typeof value;
}

/** What a list holds; nothing when it is none. */
export const items = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as readonly unknown[]) : [];
