import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { procedures } from '../../src/index.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { delay } from '../support/caught.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is in use after a collection. Buffers are given back in the background, so the least of several looks counts. */
async function usedBytes(): Promise<number> {
  let least = Infinity;
  for (let look = 0; look < 10; look++) {
    collectGarbage();
    await delay(5);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

describe('a connection in long use', () => {
  it('keeps nothing of calls that were answered, refused, aborted or late', async () => {
    await withServer(async (server) => {
      const dom = { name: 'vm', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
      server.on(procedures.domainLookupByName, () => ({ dom }));
      server.on(procedures.domainGetXmlDesc, () => ({ xml: 'x'.repeat(10_000) }));
      const connection = await server.connect();
      const round = async (): Promise<void> => {
        const controller = new AbortController();
        const calls = [
          connection.lookupDomainByName('vm', { timeoutMs: 60_000 }),
          connection.raw.domainGetXmlDesc({ dom }),
          connection.lookupDomainByName('vm', { signal: controller.signal }),
          connection.raw.domainDelThrottleGroup({ dom, group: 'unknown to the daemon' }),
        ];
        controller.abort();
        await Promise.allSettled(calls);
        server.peer.calls.splice(0);
      };
      for (let i = 0; i < 200; i++) await round();
      const before = await usedBytes();
      for (let i = 0; i < 2000; i++) await round();
      expect((await usedBytes()) - before).toBeLessThan(2 * 1024 * 1024);
      await connection.close();
    });
  });
});

async function withServer(work: (server: FakeDaemon) => Promise<void>): Promise<void> {
  const server = await FakeDaemon.start();
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}
