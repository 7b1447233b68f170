import { describe, expect, it } from 'vitest';
import { caught } from '../../support/caught.ts';
import { beginScram } from './begin-scram.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('SCRAM', () => {
  it.each([
    ['r=someone-elses,s=QSXCR+Q6sek8bf92,i=4096', 'repeats an old login'],
    ['r=nonce,s=QSXCR+Q6sek8bf92,i=4096', 'repeats an old login'],
    ['r=nonce1,s=QSXCR+Q6sek8bf92,i=1', 'asks for 1 rounds'],
    ['r=nonce1,s=QSXCR+Q6sek8bf92,i=9999999999', 'asks for 9999999999 rounds'],
    ['r=nonce1,s=,i=4096', 'breaks the protocol'],
    ['m=ext,r=nonce1,s=QSXCR+Q6sek8bf92,i=4096', 'breaks the protocol'],
    ['', 'breaks the protocol'],
  ])('does not answer a server that begins with %j', async (serverFirst, why) => {
    const exchange = beginScram('sha256', 'nonce');
    await exchange.start();
    const before = cpuMs();
    const error = await caught(Promise.resolve(exchange.step(Buffer.from(serverFirst))));
    expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
    expect(error.message).toContain(why);
    expect(cpuMs() - before).toBeLessThan(500);
  });
});
