import { isName } from '../tree/characters.ts';

/** A datatype of XML Schema with its parameters, as far as libvirt's schemas use them. */
export interface Datatype {
  /** `string`, `int`, `unsignedLong`, `dateTime`, ... */
  readonly type: string;
  /** `pattern` (a JavaScript expression), `minInclusive`, `maxInclusive`, `maxLength`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Texts that are of the type but not meant. */
  readonly excepted: readonly string[];
  /** Whether it is a whole number. */
  readonly isInteger: boolean;
  /** Whether a text is of the type. */
  readonly matches: (text: string) => boolean;
}

/** The smallest and greatest values; undefined for none. */
const integerRanges: ReadonlyMap<string, readonly [bigint | undefined, bigint | undefined]> = new Map([
  ['integer', [undefined, undefined]],
  ['positiveInteger', [1n, undefined]],
  ['long', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['int', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['short', [-(2n ** 15n), 2n ** 15n - 1n]],
  ['unsignedLong', [0n, 2n ** 64n - 1n]],
  ['unsignedInt', [0n, 2n ** 32n - 1n]],
  ['unsignedShort', [0n, 2n ** 16n - 1n]],
]);

/** Longer texts are not tried against expressions; libvirt has no use for them, and they could exhaust the engine. */
const longestText = 65_536;

/** More digits than any type has; longer numbers are not counted out. */
const mostDigits = 100;

const checks: Readonly<Record<string, (text: string) => boolean>> = {
  string: () => true,
  NCName: (text) => isName(collapse(text)) && !text.includes(':'),
  // As libxml2 takes it: characters that a URI must escape may stand there as they are.
  anyURI: (text) => /^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))(?:[^%]|%[0-9A-Fa-f]{2})*$/.test(collapse(text)),
  dateTime: (text) => isDateTime(collapse(text)),
};

/**
 * The check for a datatype.
 *
 * @throws {Error} for a type or parameter that is not known; the generator's tests read all of them.
 */
export function datatype(
  type: string,
  parameters: Readonly<Record<string, string>>,
  excepted: readonly string[],
): Datatype {
  const range = integerRanges.get(type);
  const isNumber = range !== undefined || type === 'double';
  const check =
    range !== undefined ? integerCheck(type, range, parameters) : isNumber ? doubleCheck(parameters) : checks[type];
  if (check === undefined) throw new Error(`unknown datatype ${type}`);
  const { pattern, maxLength } = parameters;
  const known = new Set(isNumber ? ['pattern', 'minInclusive', 'maxInclusive'] : ['pattern', 'maxLength']);
  for (const name of Object.keys(parameters)) {
    if (!known.has(name)) throw new Error(`unknown parameter ${name} of ${type}`);
  }

  const expression = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`, 'u');
  const matches = (text: string): boolean =>
    check(text) &&
    (expression === undefined || (text.length <= longestText && expression.test(text))) &&
    (maxLength === undefined || Array.from(text.slice(0, 2 * Number(maxLength) + 1)).length <= Number(maxLength)) &&
    !excepted.includes(collapse(text));
  return { type, parameters, excepted, isInteger: range !== undefined, matches };
}

function integerCheck(
  type: string,
  [least, greatest]: readonly [bigint | undefined, bigint | undefined],
  { minInclusive, maxInclusive }: Readonly<Record<string, string>>,
): (text: string) => boolean {
  const lower = minInclusive === undefined ? least : BigInt(minInclusive);
  const upper = maxInclusive === undefined ? greatest : BigInt(maxInclusive);
  const lexical = type.startsWith('unsigned') ? /^()([0-9]+)$/ : /^([-+]?)([0-9]+)$/;
  return (text) => {
    const match = lexical.exec(collapse(text));
    if (match === null) return false;
    const digits = match[2]?.replace(/^0+/, '') ?? '';
    if (digits.length > mostDigits) return lower === undefined && upper === undefined;
    const value = BigInt(digits) * (match[1] === '-' ? -1n : 1n);
    return (lower === undefined || value >= lower) && (upper === undefined || value <= upper);
  };
}

function doubleCheck({
  minInclusive = '-Infinity',
  maxInclusive = 'Infinity',
}: Readonly<Record<string, string>>): (text: string) => boolean {
  return (text) => {
    const word = collapse(text);
    if (!/^(?:[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|-?INF|NaN)$/.test(word)) return false;
    const value = Number(word.replace('INF', 'Infinity'));
    return !(value < Number(minInclusive) || value > Number(maxInclusive));
  };
}

function isDateTime(text: string): boolean {
  const match =
    /^-?([0-9]{4,9})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,100}))?(?:Z|[-+]([0-9]{2}):([0-9]{2}))?$/.exec(
      text,
    );
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, fraction = 0, zoneHour = 0, zoneMinute = 0] =
    match.slice(1).map((part) => Number(part ?? 0));
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  const isMidnight = hour === 24 && minute === 0 && second === 0 && fraction === 0;
  return (
    year > 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= days &&
    (hour < 24 || isMidnight) &&
    minute < 60 &&
    second < 60 &&
    zoneMinute < 60 &&
    zoneHour * 60 + zoneMinute <= 14 * 60
  );
}

/** A text without the white space at its ends, and one space for any other. */
export function collapse(text: string): string {
  return /^[^ \t\r\n]*$/.test(text) ? text : text.replaceAll(/[ \t\r\n]+/g, ' ').replaceAll(/^ | $/g, '');
}
