import { clientError } from '../error/libvirt-error.ts';

/** How a connection that was lost comes back. */
export interface ReconnectOptions {
  /** Milliseconds between the first two attempts; each further pause is twice as long. The first attempt is made at once. @default 100 */
  readonly initialDelayMs?: number | undefined;
  /** The longest pause in milliseconds. @default 10_000 */
  readonly maxDelayMs?: number | undefined;
  /** How many attempts in a row may fail before the connection has ended. @default no limit */
  readonly maxAttempts?: number | undefined;
  /** How long a call waits at most for the connection to come back, in milliseconds; its own `timeoutMs` may end it sooner. @default 5000 */
  readonly waitMs?: number | undefined;
  /** A number from 0 to 1 that shortens a pause by up to a quarter, so that many clients do not come back at the same moment. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** The options with their defaults. */
export type ReconnectPolicy = Required<{ [Name in keyof ReconnectOptions]: NonNullable<ReconnectOptions[Name]> }>;

/**
 * The policy for the options.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for a value out of range.
 */
export function reconnectPolicy(options: ReconnectOptions): ReconnectPolicy {
  const policy = {
    initialDelayMs: options.initialDelayMs ?? 100,
    maxDelayMs: options.maxDelayMs ?? 10_000,
    maxAttempts: options.maxAttempts ?? Infinity,
    waitMs: options.waitMs ?? 5000,
    random: options.random ?? Math.random,
  };
  for (const name of ['initialDelayMs', 'maxDelayMs', 'maxAttempts', 'waitMs'] as const) {
    const least = name === 'waitMs' ? 0 : 1;
    if (policy[name] >= least) continue;
    const message = `connect: reconnect.${name} must be a number from ${least}, not ${policy[name]}`;
    throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
  }
  return policy;
}

/** The pause after so many failed attempts in a row, in milliseconds. */
export function delayAfter(attempts: number, { initialDelayMs, maxDelayMs, random }: ReconnectPolicy): number {
  const delayMs = Math.min(maxDelayMs, initialDelayMs * 2 ** (attempts - 1));
  return delayMs * (1 - random() / 4);
}
