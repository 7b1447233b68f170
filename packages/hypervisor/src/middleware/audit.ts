import { NovaError, systemClock, type Clock } from '@novacron/core';
import { aroundCalls, type HypervisorCall, type Middleware } from './around-calls.ts';
import type { OperationGroup } from './operations.ts';
import { redacted } from './redacted.ts';

/** What is written down of a change; it can be written as JSON. */
export interface AuditRecord {
  /** The number of the change, from 1: its two records share it. */
  readonly change: number;
  /** `begun` before it is made; then `done` or `failed`. */
  readonly outcome: 'begun' | 'done' | 'failed';
  /** When, epoch milliseconds. */
  readonly timeMs: number;
  /** How long it took; absent when it has begun. */
  readonly durationMs?: number | undefined;
  /** Who makes it, as the options say. */
  readonly actor?: string | undefined;
  readonly hypervisor: string;
  readonly group: OperationGroup;
  readonly operation: string;
  /** What it is about. */
  readonly subject?: string | undefined;
  /** What it was called with, without secrets and bytes. */
  readonly arguments: readonly unknown[];
  /** The code of its failure. */
  readonly errorCode?: string | undefined;
}

/** Where records go, and who is acting. */
export interface AuditOptions {
  /**
   * Writes a record down. A change is not made when its first record can't be written: what this throws is thrown to the
   * caller. A failure to write the second is thrown too, when the change itself did not fail.
   */
  readonly write: (record: AuditRecord) => void | Promise<void>;
  /** Who acts, asked for each change. @default nobody in particular */
  readonly actor?: (() => string | undefined) | undefined;
  /** @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** Operations one of whose arguments, by its place, is a secret or a file's content. */
const hidden: Readonly<Record<string, number>> = {
  'guests.setPassword': 2,
  'guests.writeFile': 2,
  'volumes.upload': 1,
};

/** Writes down each change before it is made and when it has ended. */
export function audit({ write, actor, clock = systemClock }: AuditOptions): Middleware {
  let count = 0;
  return aroundCalls(async (call, next) => {
    if (!call.changes) return next();
    const startMs = clock.monotonic();
    const known = { change: ++count, ...describe(call), actor: actor?.() };
    await write({ ...known, outcome: 'begun', timeMs: clock.now() });
    const ended = (outcome: 'done' | 'failed', error?: unknown): AuditRecord => ({
      ...known,
      outcome,
      timeMs: clock.now(),
      durationMs: clock.monotonic() - startMs,
      ...(error === undefined ? {} : { errorCode: NovaError.isInstance(error) ? error.code : 'UNKNOWN' }),
    });
    let result: unknown;
    try {
      result = await next();
    } catch (error) {
      try {
        await write(ended('failed', error));
      } catch {
        // The caller hears of the change's own failure.
      }
      throw error;
    }
    await write(ended('done'));
    return result;
  });
}

function describe({
  hypervisor,
  group,
  operation,
  subject,
  arguments: given,
}: HypervisorCall): Pick<AuditRecord, 'hypervisor' | 'group' | 'operation' | 'subject' | 'arguments'> {
  const secretAt = hidden[`${group}.${operation}`];
  const shown = given.map((argument, index) => {
    if (index === secretAt) return '[redacted]';
    const isHypervisor = typeof argument === 'object' && argument !== null && 'specificationVersion' in argument;
    return isHypervisor ? (argument as { readonly name?: string }).name : redacted(argument);
  });
  return { hypervisor, group, operation, subject, arguments: shown };
}
