import { constants } from '../protocol/constants.gen.ts';

/**
 * The closed vocabulary of what can go wrong. A program decides by kind and needs to know none of libvirt's some
 * hundred error numbers; {@link errorKind} is the table between them.
 */
export type ErrorKind =
  | 'not-found'
  | 'already-exists'
  | 'invalid'
  | 'conflict'
  | 'permission'
  | 'auth-expired'
  | 'throttled'
  | 'quota'
  | 'capacity'
  | 'unavailable'
  | 'timeout'
  | 'aborted'
  | 'unsupported'
  | 'internal';

const numbersByKind: Readonly<Partial<Record<ErrorKind, readonly number[]>>> = {
  'not-found': [42, 43, 49, 50, 53, 57, 62, 66, 72, 80, 95, 96, 99, 101, 103, 104, 107, 108, 111],
  'already-exists': [28, 37, 90, 106],
  invalid: [
    6, 7, 8, 17, 18, 19, 20, 21, 22, 23, 27, 32, 33, 35, 36, 44, 46, 47, 52, 58, 61, 65, 71, 73, 82, 92, 100, 102, 105,
  ],
  conflict: [55, 59, 76, 77, 81, 83, 87, 109, 110],
  permission: [29, 45, 79, 88, 94],
  capacity: [2],
  unavailable: [4, 5, 85, 86, 89, 97, 98],
  timeout: [68, 112],
  aborted: [78],
  unsupported: [3, 16, 26, 54, 67, 74, 84, 91],
};

const kindByNumber: ReadonlyMap<number, ErrorKind> = new Map(
  Object.entries(numbersByKind).flatMap(([kind, numbers]) => numbers.map((number) => [number, kind as ErrorKind])),
);

/** Kinds of `VIR_ERR_SYSTEM_ERROR` by Linux errno. */
const kindByErrno: ReadonlyMap<number, ErrorKind> = new Map<number, ErrorKind>([
  [1, 'permission'],
  [2, 'not-found'],
  [12, 'capacity'],
  [13, 'permission'],
  [16, 'conflict'],
  [17, 'already-exists'],
  [22, 'invalid'],
  [28, 'capacity'],
  [32, 'unavailable'],
  [95, 'unsupported'],
  [104, 'unavailable'],
  [110, 'timeout'],
  [111, 'unavailable'],
  [113, 'unavailable'],
  [122, 'quota'],
]);

/**
 * The kind of an error that the daemon reported.
 *
 * By number where the number says it. Three numbers say too little: a system error (38) goes by its errno, an RPC
 * error (39) is `unsupported` when the daemon does not know the procedure, and a failed operation (9) is
 * `already-exists` when the message tells of a name or UUID that is taken, because that is how libvirt's drivers
 * report it, and `conflict` when somebody else has the console.
 *
 * @param number - `virErrorNumber`.
 * @param errno - The error's `int1`.
 * @param message - The daemon's message.
 *
 * @example
 * ```ts
 * import { errorKind } from 'node-libvirt';
 *
 * errorKind(42) // => 'not-found'
 * errorKind(38, 28) // => 'capacity'
 * errorKind(9, 0, "operation failed: domain 'web' already exists with uuid 1b4e28ba") // => 'already-exists'
 * errorKind(4711) // => 'internal'
 * ```
 */
export function errorKind(number: number, errno: number = 0, message: string = ''): ErrorKind {
  switch (number) {
    case constants.VIR_ERR_SYSTEM_ERROR:
      return kindByErrno.get(errno) ?? 'internal';
    case constants.VIR_ERR_RPC:
      return /unknown (?:procedure|program)/i.test(message) ? 'unsupported' : 'internal';
    case constants.VIR_ERR_INTERNAL_ERROR:
      return /unsupported (?:[\w ]+ )?event ID/i.test(message) ? 'unsupported' : 'internal';
    case constants.VIR_ERR_OPERATION_FAILED:
      if (/already (?:exists|defined|in use)/i.test(message)) return 'already-exists';
      return /active console session exists/i.test(message) ? 'conflict' : 'internal';
    default:
      return kindByNumber.get(number) ?? 'internal';
  }
}

/** Whether the same call may succeed later: when the other side is not to be reached, late, busy or overloaded. */
export function isRetryable(kind: ErrorKind, number?: number): boolean {
  return (
    kind === 'unavailable' || kind === 'timeout' || kind === 'throttled' || number === constants.VIR_ERR_RESOURCE_BUSY
  );
}
