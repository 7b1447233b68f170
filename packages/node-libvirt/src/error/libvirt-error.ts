import { errorDomainNames, errorNumberNames } from '../protocol/names.gen.ts';
import type { MessageError } from '../protocol/net-types.gen.ts';
import { type ErrorKind, errorKind, isRetryable } from './error-kind.ts';

const marker = Symbol.for('node-libvirt.error');

/**
 * The codes of errors that the client itself makes; all others come from libvirt's numbers
 * (`VIR_ERR_NO_DOMAIN` is `LIBVIRT_NO_DOMAIN`).
 */
export type ClientErrorCode =
  | 'LIBVIRT_ABORTED'
  | 'LIBVIRT_ARGUMENT_INVALID'
  | 'LIBVIRT_AUTH_UNSUPPORTED'
  | 'LIBVIRT_CLIENT_REFUSED'
  | 'LIBVIRT_CONFIG_INVALID'
  | 'LIBVIRT_CONNECTION_CLOSED'
  | 'LIBVIRT_CONNECTION_LOST'
  | 'LIBVIRT_CONNECT_FAILED'
  | 'LIBVIRT_CREDENTIALS_INVALID'
  | 'LIBVIRT_PROCEDURE_UNSUPPORTED'
  | 'LIBVIRT_PROTOCOL_ERROR'
  | 'LIBVIRT_SERVER_UNTRUSTED'
  | 'LIBVIRT_STREAM_ENDED'
  | 'LIBVIRT_STREAM_OVERFLOW'
  | 'LIBVIRT_TIMEOUT'
  | 'LIBVIRT_TOO_MANY_CALLS'
  | 'LIBVIRT_TRANSPORT_UNSUPPORTED'
  | 'LIBVIRT_URI_INVALID'
  | 'LIBVIRT_XML_INVALID';

/** What an error is made of. */
export interface LibvirtErrorOptions {
  /** The stable code. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** What was wrong, expected, and where; never a secret. */
  readonly message: string;
  /** @default by kind, see {@link isRetryable} */
  readonly retryable?: boolean | undefined;
  /** The call that failed. */
  readonly procedure?: string | undefined;
  /** Whether the daemon may have done the work although the call failed. @default false */
  readonly outcomeUnknown?: boolean | undefined;
  readonly cause?: unknown;
  /** The daemon's own report. */
  readonly report?: MessageError | undefined;
}

/**
 * Every error that this package throws on purpose: reported by the daemon, or made by the client.
 *
 * Decide by {@link LibvirtError.kind} or {@link LibvirtError.code}; messages are for people and may change. Recognise
 * it by {@link LibvirtError.isInstance}, which holds even when two copies of the package are installed.
 *
 * @example
 * ```ts
 * import { LibvirtError, parseUri } from 'node-libvirt';
 *
 * let caught: unknown;
 * try {
 *   parseUri('qemu+carrier-pigeon:///system');
 * } catch (error) {
 *   caught = error;
 * }
 * LibvirtError.isInstance(caught) && caught.code // => 'LIBVIRT_TRANSPORT_UNSUPPORTED'
 * LibvirtError.isInstance(caught) && caught.kind // => 'unsupported'
 * ```
 */
export class LibvirtError extends Error {
  /** The stable code: `LIBVIRT_` and libvirt's name of the number, or one of {@link ClientErrorCode}. */
  readonly code: string;
  /** Which of the {@link ErrorKind}s it is. */
  readonly kind: ErrorKind;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** Whether the daemon may have done the work although the call failed: the connection broke, or nobody waited. */
  readonly outcomeUnknown: boolean;
  /** The name of the call that failed. */
  readonly procedure: string | undefined;
  /** libvirt's number (`virErrorNumber`); absent when the client made the error. */
  readonly libvirtCode: number | undefined;
  /** libvirt's name of the number: `VIR_ERR_NO_DOMAIN`. */
  readonly codeName: string | undefined;
  /** Which part of libvirt reported it (`virErrorDomain`): 10 is qemu, 18 storage, 19 network. */
  readonly domain: number | undefined;
  /** The word for {@link LibvirtError.domain}: `qemu`, `storage`. */
  readonly domainName: string | undefined;
  /** 1 for a warning, 2 for an error. */
  readonly level: number | undefined;
  /** libvirt's first extra string. */
  readonly str1: string | undefined;
  /** libvirt's second extra string. */
  readonly str2: string | undefined;
  /** libvirt's third extra string. */
  readonly str3: string | undefined;
  /** libvirt's first extra number; the errno of a system error. */
  readonly int1: number | undefined;
  /** libvirt's second extra number. */
  readonly int2: number | undefined;

  static {
    Object.defineProperty(this.prototype, marker, { value: true });
    Object.defineProperty(this.prototype, 'name', { value: 'LibvirtError', writable: true, configurable: true });
  }

  /** @param options - What went wrong. */
  constructor(options: LibvirtErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    const report = options.report;
    this.code = options.code;
    this.kind = options.kind;
    this.retryable = options.retryable ?? isRetryable(options.kind, report?.code);
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.procedure = options.procedure;
    this.libvirtCode = report?.code;
    this.codeName = report && errorNumberNames[report.code];
    this.domain = report?.domain;
    this.domainName = report && errorDomainNames[report.domain];
    this.level = report?.level;
    this.str1 = report?.str1;
    this.str2 = report?.str2;
    this.str3 = report?.str3;
    this.int1 = report?.int1;
    this.int2 = report?.int2;
  }

  /** Tells whether a value is such an error, whichever copy of the package made it. */
  static isInstance(value: unknown): value is LibvirtError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }

  /** The error for the daemon's report about a call. */
  static fromReport(report: MessageError, procedure: string): LibvirtError {
    const name: string | undefined = errorNumberNames[report.code];
    return new LibvirtError({
      code: name === undefined ? `LIBVIRT_ERROR_${report.code}` : codeOf(name),
      kind: errorKind(report.code, report.int1, report.message),
      message: report.message ?? 'the daemon reported an error without a message',
      procedure,
      report,
    });
  }

  /** The error as plain data for logs: no stack, no cause. */
  toJSON(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...Object.fromEntries(Object.entries(this)) };
  }
}

/** libvirt has warnings and errors of the same name (`NO_NETWORK`), so a warning keeps the word. */
function codeOf(name: string): string {
  return name.replace('VIR_ERR_', 'LIBVIRT_').replace('VIR_WAR_', 'LIBVIRT_WARNING_');
}

/** An error that the client itself makes. */
export function clientError(
  code: ClientErrorCode,
  kind: ErrorKind,
  message: string,
  rest: Omit<LibvirtErrorOptions, 'code' | 'kind' | 'message'> = {},
): LibvirtError {
  // What was closed on purpose stays closed.
  const retryable = code === 'LIBVIRT_CONNECTION_CLOSED' ? { retryable: false } : {};
  return new LibvirtError({ code, kind, message, ...retryable, ...rest });
}
