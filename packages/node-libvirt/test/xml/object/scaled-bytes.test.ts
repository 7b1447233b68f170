import { describe, expect, it } from 'vitest';
import { capacityBytes, memoryBytes } from '../../../src/xml/index.ts';
import { caught } from '../../support/caught.ts';

describe('bytes of an amount with a unit', () => {
  it.each([
    ['b', 1],
    ['B', 1],
    ['byte', 1],
    ['bytes', 1],
    ['K', 1024],
    ['KiB', 1024],
    ['k', 1024],
    ['KB', 1000],
    ['M', 1024 ** 2],
    ['MiB', 1024 ** 2],
    ['mb', 1000 ** 2],
    ['G', 1024 ** 3],
    ['GB', 1000 ** 3],
    ['TiB', 1024 ** 4],
    ['TB', 1000 ** 4],
    ['PiB', 1024 ** 5],
    ['EiB', 1024 ** 6],
    ['EB', 1000 ** 6],
  ])('%s', (unit, bytes) => {
    expect(memoryBytes({ unit, value: 3 })).toBe(3 * bytes);
    expect(capacityBytes({ unit, value: 3 })).toBe(3 * bytes);
  });

  it('without a unit, memory counts in KiB and capacity in bytes', () => {
    expect(memoryBytes({ value: 1 })).toBe(1024);
    expect(capacityBytes({ value: 1 })).toBe(1);
    expect(capacityBytes({ unit: 'GiB', value: 8n })).toBe(8 * 1024 ** 3);
  });

  it('needs a number and a unit that there is', async () => {
    for (const work of [
      () => memoryBytes({}),
      () => memoryBytes({ value: Number.NaN }),
      () => memoryBytes({ unit: 'KiBB', value: 1 }),
      () => capacityBytes({ unit: '', value: 1 }),
    ]) {
      expect(await caught(work)).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID', kind: 'invalid' });
    }
  });
});
