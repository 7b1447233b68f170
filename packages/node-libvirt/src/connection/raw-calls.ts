import { type LxcProcedures, lxcProcedures } from '../protocol/lxc-procedures.gen.ts';
import { type QemuProcedures, qemuProcedures } from '../protocol/qemu-procedures.gen.ts';
import { type RemoteProcedures, remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { type Clock, systemClock } from '../rpc/clock.ts';
import type { StreamAnswer } from '../rpc/channel.ts';
import type { Procedure, StreamProcedure } from '../rpc/procedure.ts';

/** Every procedure of the remote, qemu and lxc programs, by name. */
export type Procedures = RemoteProcedures & QemuProcedures & LxcProcedures;

/** Every procedure of the remote, qemu and lxc programs, by name: for {@link Connection.call} and for looking up numbers. */
export const procedures: Procedures = { ...remoteProcedures, ...qemuProcedures, ...lxcProcedures };

/** Calls any procedure: the way from here to the daemon. */
export type CallFunction = <Args, Ret>(
  procedure: Procedure<Args, Ret>,
  args: Args,
  options?: CallOptions,
) => Promise<Ret>;

/** Calls a procedure that opens a stream. */
export type OpenStreamFunction = <Args, Ret>(
  procedure: StreamProcedure<Args, Ret>,
  args: Args,
  options?: CallOptions,
) => Promise<StreamAnswer<Ret>>;

/** A procedure as a method: arguments if it has any, then options. One that opens a stream gives its answer and the stream. */
export type RawCall<Called> =
  Called extends StreamProcedure<infer Args, infer Ret>
    ? (args: Args, options?: CallOptions) => Promise<StreamAnswer<Ret>>
    : PlainRawCall<Called>;

type PlainRawCall<Called> =
  Called extends Procedure<infer Args, infer Ret>
    ? [Args] extends [void]
      ? (options?: CallOptions) => Promise<Ret>
      : (args: Args, options?: CallOptions) => Promise<Ret>
    : never;

/**
 * Every procedure of libvirt's protocol as a typed method, with the names of `remote_protocol.x` in camel case.
 *
 * 64-bit integers are `bigint` where they can exceed 2^53, UUIDs are strings, values that may be absent are `undefined`.
 */
export type RawCalls = { readonly [Name in keyof Procedures]: RawCall<Procedures[Name]> };

const wayKey = Symbol('way');

/** The ways from raw calls to the daemon. */
export interface RawWay {
  readonly call: CallFunction;
  readonly openStream: OpenStreamFunction;
  /** For those who make several calls under one deadline. @default the system's clock */
  readonly clock?: Clock | undefined;
}

interface RawTarget {
  readonly [wayKey]: RawWay;
}

/** The methods of {@link RawCalls} over the ways to the daemon. */
export function rawCalls(way: RawWay): RawCalls {
  return Object.create(prototype(), { [wayKey]: { value: way } }) as RawCalls;
}

/** Where time comes from for the connection of these calls. */
export function clockOf(raw: RawCalls): Clock {
  return (raw as unknown as RawTarget)[wayKey].clock ?? systemClock;
}

let methods: object | undefined;

function prototype(): object {
  methods ??= Object.fromEntries(
    (Object.values(procedures) as readonly Procedure[]).map((procedure) => [procedure.name, rawMethod(procedure)]),
  );
  return methods;
}

function rawMethod(procedure: Procedure): (this: RawTarget, ...parameters: never[]) => Promise<unknown> {
  if (procedure.carries === 'read-stream' || procedure.carries === 'write-stream') {
    const opening = procedure as StreamProcedure;
    return function openStream(this: RawTarget, args: unknown, options?: CallOptions) {
      return this[wayKey].openStream(opening, args, options);
    };
  }
  if (procedure.encode === undefined) {
    return function call(this: RawTarget, options?: CallOptions) {
      return this[wayKey].call(procedure, undefined, options);
    };
  }
  return function call(this: RawTarget, args: unknown, options?: CallOptions) {
    return this[wayKey].call(procedure, args, options);
  };
}
