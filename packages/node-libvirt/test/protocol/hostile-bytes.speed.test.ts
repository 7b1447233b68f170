import { describe, expect, it } from 'vitest';
import { XdrReader } from '../../src/xdr/reader.ts';
import { XdrError } from '../../src/xdr/xdr-error.ts';
import { codecOf } from '../support/codecs.ts';
import { cpuMs } from '../support/cpu-ms.ts';

/** Decodes and tells how much it allocated; anything thrown but an XdrError fails the test. */
function survives(struct: string, bytes: Buffer): void {
  try {
    codecOf(struct).decode(new XdrReader(bytes));
  } catch (error) {
    expect(error, struct).toBeInstanceOf(XdrError);
  }
}

describe('a decoder that is fed nonsense', () => {
  it('allocates nothing for lists and strings that are announced but not there', () => {
    const announced = Buffer.alloc(8);
    announced.writeUInt32BE(16_384);
    const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
    const startedMs = cpuMs();
    for (let i = 0; i < 1000; i++)
      for (const struct of ['remote_connect_list_all_domains_ret', 'remote_secret_get_value_ret'])
        survives(struct, announced);
    expect(cpuMs() - startedMs).toBeLessThan(1000);
    expect(process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  });
});
