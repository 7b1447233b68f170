import { describe, expect, it } from 'vitest';
import { size, table } from './table.ts';

describe('size', () => {
  it.each([
    [undefined, '-'],
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [128 * 1024 ** 2, '128 MiB'],
    [2 ** 70, '1048576 PiB'],
  ])('of %s is %s', (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });
});

describe('table', () => {
  it('puts rows in columns, by name', () => {
    const rows = [
      ['web', 'running', '2'],
      ['db', 'shutoff', '16'],
    ];
    expect(table(['DOMAIN', 'STATE', 'VCPUS'], rows)).toBe(
      'DOMAIN  STATE    VCPUS\ndb      shutoff     16\nweb     running      2',
    );
  });

  it('says that there is nothing', () => {
    expect(table(['POOL', 'STATE'], [])).toBe('POOL: none');
  });
});
