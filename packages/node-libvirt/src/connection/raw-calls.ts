import { type LxcProcedures, lxcProcedures } from '../protocol/lxc-procedures.gen.ts';
import { type QemuProcedures, qemuProcedures } from '../protocol/qemu-procedures.gen.ts';
import { type RemoteProcedures, remoteProcedures } from '../protocol/remote-procedures.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Procedure } from '../rpc/procedure.ts';

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

/** A procedure as a method: arguments if it has any, then options. */
export type RawCall<Called> =
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

const callKey = Symbol('call');

interface RawTarget {
  readonly [callKey]: CallFunction;
}

/** The methods of {@link RawCalls} over a way to call. */
export function rawCalls(call: CallFunction): RawCalls {
  return Object.create(prototype(), { [callKey]: { value: call } }) as RawCalls;
}

let methods: object | undefined;

function prototype(): object {
  methods ??= Object.fromEntries(
    (Object.values(procedures) as readonly Procedure[]).map((procedure) => [
      procedure.name,
      procedure.encode === undefined
        ? function call(this: RawTarget, options?: CallOptions) {
            return this[callKey](procedure, undefined, options);
          }
        : function call(this: RawTarget, args: unknown, options?: CallOptions) {
            return this[callKey](procedure, args, options);
          },
    ]),
  );
  return methods;
}
