import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { procedureName } from '../../generator/naming.ts';
import { type Connection, procedures } from '../../src/index.ts';
import type { CallOptions } from '../../src/rpc/call-options.ts';
import type { FrameHead } from '../../src/rpc/frame.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { description, structs, valuesOf } from '../support/arbitrary.ts';
import { caught } from '../support/caught.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;
let connection: Connection;

beforeAll(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

type Method = (...args: readonly unknown[]) => Promise<unknown>;

const known = new Set(structs);
const calls = description.programs.flatMap((program) =>
  program.procedures
    .map(({ name, number }) => ({ program, name, number, struct: `${program.name}_${name.toLowerCase()}` }))
    .filter(({ program: { name }, struct }) => name !== 'keepalive' && !known.has(`${struct}_msg`)),
);

describe('every raw call', () => {
  it('has a method', () => {
    expect(calls.map(({ program, name }) => procedureName(program.name, name)).toSorted()).toEqual(
      Object.keys(procedures).toSorted(),
    );
  });

  it('sends its number and its arguments, and hands out the answer', async () => {
    for (const { program, name, number, struct } of calls) {
      const key = procedureName(program.name, name) as 'connectOpen';
      const procedure = procedures[key] as Procedure;
      if (procedure.carries !== 'data') continue;
      const hasArgs = known.has(`${struct}_args`);
      const sample = (suffix: string): unknown =>
        known.has(struct + suffix) ? fc.sample(valuesOf(struct + suffix), { numRuns: 1, seed: number })[0] : undefined;
      const args = sample('_args');
      const ret = sample('_ret');
      let got: { args: unknown; head: FrameHead } | undefined;
      server.on(procedure, (call) => {
        got = call;
        return ret;
      });
      const method = (connection.raw[key] as Method).bind(connection.raw);
      const options: CallOptions = { timeoutMs: 5000 };
      const answer = await (hasArgs ? method(args, options) : method(options));
      expect(answer, key).toEqual(ret);
      expect(got?.args, key).toEqual(args);
      expect(got?.head, key).toMatchObject({ program: program.id, version: 1, procedure: number, type: 0, status: 0 });
    }
  });

  it('that carries file descriptors says that it can not be made', async () => {
    const others = (Object.values(procedures) as Procedure[]).filter(({ carries }) => carries === 'descriptors');
    expect(others).toHaveLength(7);
    for (const { name } of others) {
      const method = (connection.raw[name as 'connectOpen'] as Method).bind(connection.raw);
      expect(await caught(method({})), name).toMatchObject({
        code: 'LIBVIRT_PROCEDURE_UNSUPPORTED',
        kind: 'unsupported',
        procedure: name,
        retryable: false,
      });
    }
  });
});
