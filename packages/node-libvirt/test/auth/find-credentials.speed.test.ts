import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CredentialsRequest } from '../../src/auth/credentials.ts';
import { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { caught } from '../support/caught.ts';
import { account, plainServer, scramServer, wantSasl } from '../support/sasl-server.ts';

let daemon: FakeDaemon;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  wantSasl(daemon, { 'SCRAM-SHA-256': scramServer('sha256'), PLAIN: plainServer });
});
afterEach(() => daemon.stop());

describe('credentials', () => {
  it('are waited for no longer than the deadline', async () => {
    let signal: AbortSignal | undefined;
    const credentials = (request: CredentialsRequest): Promise<never> => {
      signal = request.signal;
      return new Promise(() => {});
    };
    await (await daemon.connect({ credentials: account })).close(); // what it takes is loaded from here on
    const before = performance.now();
    expect(await caught(daemon.connect({ credentials, timeoutMs: 100 }))).toMatchObject({ code: 'LIBVIRT_TIMEOUT' });
    expect(performance.now() - before).toBeLessThan(300);
    expect(signal?.aborted).toBe(true);
  });
});
