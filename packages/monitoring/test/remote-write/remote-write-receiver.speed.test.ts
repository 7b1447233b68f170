import { afterEach, expect, it, vi } from 'vitest';
import { RemoteWriteReceiver } from '../../src/remote-write/remote-write-receiver.ts';
import { cpuMs } from '../cpu-ms.ts';
import { requestV1, series } from './requests.ts';

afterEach(() => vi.unstubAllGlobals());

/** Requests of one round each, of the same series. */
const requests = Array.from({ length: 4 }, (_, round) =>
  requestV1(
    ...Array.from({ length: 5_000 }, (__, i) =>
      series(
        `vm_metric_${i % 20}_total`,
        { vm: `vm-${Math.floor(i / 20)}`, job: 'libvirt', instance: `host-${i % 100}:9177`, region: 'eu' },
        [1.7e12 + round * 15_000, i * round],
      ),
    ),
  ),
);

/** CPU milliseconds of a hundred thousand samples of known series, without a store: the least of five rounds. */
async function cost(): Promise<number> {
  let refs = 0;
  const receiver = new RemoteWriteReceiver({
    store: {
      append: () => Promise.reject(new Error('Nothing calls it')),
      register: (ids) => Promise.resolve(Uint32Array.from(ids, () => refs++)),
      appendBatch: (batch) => Promise.resolve({ appended: batch.refs.length, rejected: [] }),
    },
  });
  let least = Infinity;
  for (let round = 0; round < 6; round++) {
    const startedMs = cpuMs();
    for (let i = 0; i < 20; i++) await receiver.receive(requests[i % 4] as Uint8Array);
    if (round > 0) least = Math.min(least, cpuMs() - startedMs);
  }
  return least;
}

it('takes less than half of the plain way for series that come again', async () => {
  vi.stubGlobal('WebAssembly', undefined);
  const plainMs = await cost();
  vi.unstubAllGlobals();
  expect(await cost()).toBeLessThan(plainMs / 2);
});
