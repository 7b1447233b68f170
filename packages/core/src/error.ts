/**
 * The closed vocabulary of what can go wrong, the same in every package, so that a caller can decide by kind
 * whatever driver, store or model it talks to.
 *
 * | kind | meaning | retryable by default |
 * | --- | --- | --- |
 * | `not-found` | the thing named does not exist | no |
 * | `already-exists` | a thing of that name exists | no |
 * | `invalid` | the input is wrong | no |
 * | `conflict` | not possible in the present state | no |
 * | `permission` | known, but not allowed | no |
 * | `auth-expired` | credentials must be renewed | no |
 * | `throttled` | too many requests, slow down | yes |
 * | `quota` | an account limit is reached | no |
 * | `capacity` | no room: disk, memory, hosts | no |
 * | `unavailable` | the other side can't be reached or answered that it can't serve | yes |
 * | `timeout` | no answer in time, the outcome is unknown | yes |
 * | `aborted` | the caller's signal fired | no |
 * | `unsupported` | this driver, version or platform can't do it | no |
 * | `internal` | a fault in the code or an answer that makes no sense | no |
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

/** What an error is made of. */
export interface ErrorOptions {
  /** Which of the {@link ErrorKind}s it is. */
  readonly kind: ErrorKind;
  /** What was wrong, what was expected and where; never a secret. Not part of the API: match on `code`. */
  readonly message: string;
  /** The stable code. @default `NOVA_<AREA>_<KIND>` */
  readonly code?: string | undefined;
  /** Whether the same call may succeed later. @default by kind, see {@link ErrorKind} */
  readonly retryable?: boolean | undefined;
  /** The error underneath. */
  readonly cause?: unknown;
  /** Fields a program can use: names, limits, states. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const retryableKinds: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['throttled', 'unavailable', 'timeout']);
const marker = Symbol.for('novacron.error');

/**
 * The base of every error that NovaCron packages throw on purpose.
 *
 * Recognise it by {@link NovaError.isInstance}, not by `instanceof`: that holds even when two copies of the
 * package are installed.
 *
 * @example
 * ```ts
 * import { NovaError } from '@novacron/core';
 *
 * const error: unknown = new NovaError('HYPERVISOR', { kind: 'not-found', message: 'VM "web-1" does not exist' });
 * NovaError.isInstance(error) && error.code // => 'NOVA_HYPERVISOR_NOT_FOUND'
 * NovaError.isInstance(error) && error.retryable // => false
 * ```
 */
export class NovaError extends Error {
  /** The stable code, for programs: `NOVA_<AREA>_<KIND>` or one of an area's own. */
  readonly code: string;
  /** Which of the {@link ErrorKind}s it is. */
  readonly kind: ErrorKind;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Fields a program can use. */
  readonly details: Readonly<Record<string, unknown>>;

  static {
    Object.defineProperty(this.prototype, marker, { value: true });
    Object.defineProperty(this.prototype, 'name', { value: 'NovaError', writable: true, configurable: true });
  }

  /**
   * @param area - The part of the project in upper case, which becomes part of the code: `ML`, `HYPERVISOR`.
   * @param options - What went wrong.
   */
  constructor(area: string, options: ErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code ?? `NOVA_${area}_${options.kind.toUpperCase().replaceAll('-', '_')}`;
    this.kind = options.kind;
    this.retryable = options.retryable ?? retryableKinds.has(options.kind);
    this.details = options.details ?? {};
  }

  /** Tells whether a value is a NovaCron error, whichever copy of the package made it. */
  static isInstance(value: unknown): value is NovaError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }

  /** The error as plain data for logs: no stack, no cause. */
  toJSON(): {
    name: string;
    code: string;
    kind: ErrorKind;
    retryable: boolean;
    message: string;
    details: Readonly<Record<string, unknown>>;
  } {
    const { name, code, kind, retryable, message, details } = this;
    return { name, code, kind, retryable, message, details };
  }
}
