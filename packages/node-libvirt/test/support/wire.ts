import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';

/** A daemon that notes the arguments of what it is asked, and a connection to it, for the tests of one file. */
export interface Wire {
  readonly server: FakeDaemon;
  readonly connection: Connection;
  /** The arguments of every call that was answered in this test, in order. */
  readonly asked: unknown[];
  /** Answers a procedure from now on. */
  answer<Args, Ret>(procedure: Procedure<Args, Ret>, value: Ret): void;
}

/** Sets a wire up for a file. */
export function useWire(): Wire {
  let server: FakeDaemon | undefined;
  let connection: Connection | undefined;
  const asked: unknown[] = [];
  beforeAll(async () => {
    server = await FakeDaemon.start();
    connection = await server.connect();
  });
  beforeEach(() => void asked.splice(0));
  afterAll(async () => {
    await connection?.close();
    await server?.stop();
  });
  return {
    asked,
    get server() {
      return server ?? expect.unreachable('the daemon is started before the tests');
    },
    get connection() {
      return connection ?? expect.unreachable('the connection is made before the tests');
    },
    answer(procedure, value) {
      this.server.on(procedure, ({ args }) => {
        asked.push(args);
        return value;
      });
    },
  };
}

/** What a method asks the daemon for, and what it makes of the answer. */
export type WireCase<Target> = readonly [
  name: string,
  act: (target: Target) => Promise<unknown>,
  procedure: Procedure<never>,
  args: unknown,
  answer?: unknown,
  result?: unknown,
];

/** A test for each case: just this call, with just these arguments, and this result of that answer. */
export function itAsks<Target>(wire: Wire, target: () => Target, cases: readonly WireCase<Target>[]): void {
  it.each(cases.map((one) => [one[0], one] as const))('%s', async (_, [, act, procedure, args, answer, result]) => {
    wire.answer(procedure as Procedure, answer);
    const outcome = await act(target());
    expect(wire.asked).toEqual(Array.isArray(args) ? args : [args]);
    expect(JSON.parse(JSON.stringify(outcome ?? null, exact))).toEqual(
      JSON.parse(JSON.stringify(result ?? null, exact)),
    );
  });
}

function exact(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (value === Infinity) return 'Infinity';
  return value instanceof Uint8Array ? [...value] : value;
}
