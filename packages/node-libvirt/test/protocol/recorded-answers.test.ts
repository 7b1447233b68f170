import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, LibvirtError, procedures } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { caught } from '../support/caught.ts';
import { FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { inRecordedForm, type Recording, recordings } from '../support/recordings.ts';

let server: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  server = await FakeDaemon.start();
  connection = await server.connect({ reconnect: false });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** Makes the call of a recording; the server answers it with the recorded frame under the serial of the call. */
async function replay(
  { procedure: name, reply }: Recording,
  mutate = (frame: Buffer): Buffer => frame,
): Promise<unknown> {
  const procedure = { ...(procedures as unknown as Record<string, Procedure>)[name], encode: undefined } as Procedure;
  server.on(procedure, ({ head, peer }) => {
    const frame = Buffer.from(reply);
    frame.writeUInt32BE(head.serial, 20);
    peer.sendRaw(mutate(frame));
    return silence;
  });
  return connection.call(procedure, undefined, { timeoutMs: 2000 });
}

describe('the answers of a real daemon', () => {
  it('are many, and errors among them', () => {
    expect(recordings.length).toBeGreaterThan(50);
    expect(recordings.filter(({ error }) => error !== undefined).length).toBeGreaterThan(5);
  });

  it.each(recordings.map((recording) => [`${recording.driver}: ${recording.procedure}`, recording] as const))(
    '%s',
    async (_, recording) => {
      if (recording.error === undefined) {
        expect(inRecordedForm(await replay(recording))).toEqual(recording.value);
      } else {
        const error = await caught(replay(recording));
        expect(JSON.parse(JSON.stringify(error))).toEqual(recording.error);
      }
    },
  );
});

describe('the answers of a real daemon, damaged', () => {
  /** A small generator of the same numbers each time. */
  function* numbers(seed: number): Generator<number, never> {
    for (let state = seed; ;) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      yield state;
    }
  }

  it('settle the call with a value or a typed error, and never leave it waiting', async () => {
    const random = numbers(7);
    const next = (limit: number): number => random.next().value % limit;
    // The first answer of a connection stays as it is, so that a new one can be made.
    for (const recording of recordings.filter(({ procedure }) => procedure !== 'authList')) {
      for (let round = 0; round < 4; round++) {
        if (!connection.isOpen) connection = await server.connect({ reconnect: false });
        try {
          await replay(recording, (frame) => {
            // Anything but the length word and the serial: those would make it another message, or half of one.
            const at = next(2) === 0 ? 4 + next(16) : 24 + next(Math.max(1, frame.length - 24));
            if (at < frame.length) frame[at] = next(256);
            return frame;
          });
        } catch (error) {
          expect(LibvirtError.isInstance(error), `${recording.procedure}: ${String(error)}`).toBe(true);
        }
      }
    }
  }, 60_000);

  it('cut off anywhere with the length mended, say so', async () => {
    const random = numbers(11);
    for (const recording of recordings.filter(
      ({ reply, value }) => value !== undefined && value !== null && reply.length > 40,
    )) {
      if (!connection.isOpen) connection = await server.connect({ reconnect: false });
      const error = await caught(
        replay(recording, (frame) => {
          const end = 28 + ((random.next().value % (frame.length - 28)) & ~3);
          frame.writeUInt32BE(end, 0);
          return frame.subarray(0, end);
        }),
      );
      expect(error, recording.procedure).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', retryable: true });
    }
  });
});
