import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, LibvirtError, procedures } from '../../src/index.ts';
import { XdrWriter } from '../../src/xdr/writer.ts';
import { delay, until } from '../support/caught.ts';
import { FakeDaemon, frame, silence } from '../../src/testing/fake-daemon.ts';

let server: FakeDaemon;

beforeEach(async () => {
  server = await FakeDaemon.start();
});
afterEach(() => server.stop());

const vm = { name: 'vm', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

describe('a server that answers as it likes', () => {
  it('with random bytes: every call settles, and the process lives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 80 }), { minLength: 1, maxLength: 6 }),
        async (chunks) => {
          const connection = await server.connect({ maxSockets: 1, reconnect: false });
          let next = 0;
          server.on(procedures.connectGetHostname, ({ peer }) => {
            const chunk = chunks[next++];
            if (chunk !== undefined) peer.sendRaw(chunk);
            return silence;
          });
          const calls = chunks.map(() => connection.getHostname({ timeoutMs: 30 }));
          for (const outcome of await Promise.allSettled(calls)) {
            if (outcome.status === 'rejected') expect(LibvirtError.isInstance(outcome.reason)).toBe(true);
          }
          server.peers.at(-1)?.socket.destroy();
          await connection.closed;
        },
      ),
      { numRuns: 30, seed: 5 },
    );
  });

  it('in random order, cut into random pieces: every call gets its own answer', async () => {
    const connection = await server.connect({ maxSockets: 1 });
    const held: Buffer[] = [];
    server.on(procedures.domainLookupByName, ({ args, head }) => {
      const writer = new XdrWriter();
      writer.string(args.name, 100);
      writer.uuid(vm.uuid);
      writer.int(args.name.length);
      held.push(frame({ ...head, type: 1 }, writer.toBuffer()));
      return silence;
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.nat()), async (count, random) => {
        const draw = (limit: number): number => (random.next().value as number) % limit;
        const names = Array.from({ length: count }, (_, index) => 'x'.repeat(index % 7) + index);
        const lookups = Promise.all(names.map((name) => connection.lookupDomainByName(name)));
        await until(() => held.length === count);
        const shuffled: Buffer[] = [];
        while (held.length > 0) shuffled.push(...held.splice(draw(held.length), 1));
        const bytes = Buffer.concat(shuffled);
        for (let at = 0; at < bytes.length;) {
          const length = 1 + draw(200);
          server.peer.sendRaw(bytes.subarray(at, at + length));
          at += length;
          if (draw(4) === 0) await delay(0);
        }
        expect((await lookups).map(({ name, id }) => [name, id])).toEqual(names.map((name) => [name, name.length]));
      }),
      { numRuns: 20, seed: 6 },
    );
    await connection.close();
  });

  it('or cuts the line at any moment: what was asked settles within a second, and the next connection works', async () => {
    server.on(procedures.connectGetHostname, async () => {
      await delay(5);
      return { hostname: 'host' };
    });
    for (let round = 0; round < 10; round++) {
      const connection = await server.connect();
      const calls = Promise.allSettled(Array.from({ length: 30 }, () => connection.getHostname()));
      await delay(round);
      const before = performance.now();
      for (const { socket } of server.peers) socket.destroy();
      for (const outcome of await calls) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ retryable: true });
      }
      expect(performance.now() - before).toBeLessThan(1000);
    }
    const connection = await server.connect();
    expect(await connection.getHostname()).toBe('host');
    await connection.close();
  });
});

describe('random callers', () => {
  it('all get an answer, an abort or a timeout, with never more than three slow calls on a socket', async () => {
    const slowPerPeer = new Map<unknown, number>();
    let most = 0;
    server.on(procedures.domainCreateXml, async ({ args, peer }) => {
      slowPerPeer.set(peer, (slowPerPeer.get(peer) ?? 0) + 1);
      most = Math.max(most, slowPerPeer.get(peer) ?? 0);
      await delay(args.xmlDesc.length % 20);
      slowPerPeer.set(peer, (slowPerPeer.get(peer) ?? 0) - 1);
      return { dom: vm };
    });
    server.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    const connection: Connection = await server.connect({ maxSockets: 3 });
    const caller = async (index: number): Promise<string> => {
      const controller = new AbortController();
      if (index % 7 === 0) setTimeout(() => controller.abort(), index % 15);
      const options = { signal: controller.signal, timeoutMs: index % 11 === 0 ? 8 : 5000 };
      try {
        if (index % 3 === 0) await connection.getHostname(options);
        else await connection.createDomainXML('x'.repeat(index), options);
        return 'answered';
      } catch (error) {
        return (error as LibvirtError).code;
      }
    };
    const outcomes = await Promise.all(Array.from({ length: 200 }, (_, index) => caller(index)));
    expect(new Set(outcomes)).toEqual(new Set(['answered', 'LIBVIRT_ABORTED', 'LIBVIRT_TIMEOUT']));
    expect(outcomes.filter((outcome) => outcome === 'answered').length).toBeGreaterThan(120);
    expect(most).toBeLessThanOrEqual(3);
    expect(server.peers.length).toBeLessThanOrEqual(3);
    await connection.close();
  });
});

describe('many connections, one after another', () => {
  it('leave no socket and no timer behind', async () => {
    server.on(procedures.connectGetHostname, () => ({ hostname: 'host' }));
    const resources = (): number => process.getActiveResourcesInfo().length;
    const once = async (): Promise<void> => {
      const connection = await server.connect();
      await connection.getHostname({ timeoutMs: 10_000 });
      await connection.close();
    };
    await once();
    await delay(20);
    const before = resources();
    for (let round = 0; round < 200; round++) await once();
    await delay(50);
    expect(resources()).toBeLessThanOrEqual(before + 2);
  });
});
