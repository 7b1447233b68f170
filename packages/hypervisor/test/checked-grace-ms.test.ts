import { checkedGraceMs } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

describe('checkedGraceMs', () => {
  it('is a minute when nothing is asked for, and takes any time', () => {
    expect([undefined, 0, 1.5, Infinity].map((graceMs) => checkedGraceMs(graceMs))).toEqual([60_000, 0, 1.5, Infinity]);
  });

  it.each([Number.NaN, -1, '5' as never])('refuses %j', (graceMs) => {
    expect(() => checkedGraceMs(graceMs)).toThrow(expect.objectContaining({ code: 'NOVA_HYPERVISOR_INVALID' }));
  });
});
