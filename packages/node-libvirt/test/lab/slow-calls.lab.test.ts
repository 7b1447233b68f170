import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain } from '../../src/index.ts';
import { delay } from '../support/caught.ts';
import { labUri, uniqueName } from '../support/lab.ts';

const seconds = 45;

let connection: Connection;

beforeAll(async () => {
  connection = await connect(labUri);
});

afterAll(async () => {
  await connection.close();
});

/** A guest that the lab's hook keeps the daemon busy with for so long, while it is started. */
function slowGuest(): string {
  return `<domain type='qemu'><name>slow-${seconds}-${uniqueName('guest')}</name><memory unit='MiB'>16</memory>
    <os><type arch='x86_64' machine='pc'>hvm</type></os></domain>`;
}

describe(`eight creates of ${seconds} s at once`, () => {
  it(
    'leave the connection quick and whole',
    async () => {
      const states: string[] = [];
      const watching = connection
        .stateEvents()
        .forEach((event) => states.push(event.type === 'state' ? event.state : event.type));
      const startMs = performance.now();
      const progress = { running: true };
      const creates = Promise.all(
        Array.from({ length: 8 }, () => connection.createDomainXML(slowGuest(), { paused: true })),
      ).finally(() => (progress.running = false));
      let slowestMs = 0;
      let calls = 0;
      while (progress.running) {
        const before = performance.now();
        await connection.getHostname();
        slowestMs = Math.max(slowestMs, performance.now() - before);
        calls++;
        await delay(100);
      }
      const domains: Domain[] = await creates;
      expect(performance.now() - startMs).toBeGreaterThan(seconds * 1000);
      expect(calls).toBeGreaterThan(seconds * 5);
      expect(slowestMs).toBeLessThan(500);
      expect(states).toEqual([]);
      await Promise.all(domains.map((domain) => domain.destroy()));
      await connection.close();
      await watching;
    },
    3 * seconds * 1000,
  );
});
