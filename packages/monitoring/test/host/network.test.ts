import { describe, expect, it } from 'vitest';
import { parseNetwork } from '../../src/host/network.ts';
import { fixture, valuesOf } from './fixture.ts';

describe('/proc/net/dev', () => {
  it('gives what each device but the loopback has moved', () => {
    const values = valuesOf(parseNetwork(fixture('net/dev')));
    expect(values).toMatchObject({
      'system.network.io eth0 receive': 1_019_843_694,
      'system.network.io eth0 transmit': 2_272_888,
      'system.network.packets eth0 receive': 29_523,
      'system.network.packets eth0 transmit': 17_487,
      'system.network.errors eth0 receive': 0,
      'system.network.dropped eth0 transmit': 0,
      'system.network.io ifb1 receive': 0,
    });
    expect(Object.keys(values).some((name) => name.includes(' lo '))).toBe(false);
  });

  it('takes names with a colon and numbers without a space before them', () => {
    const text = 'eth0:1:100 1 0 0 0 0 0 0 200 2 0 0 0 0 0 0';
    expect(valuesOf(parseNetwork(text))).toMatchObject({
      'system.network.io eth0:1 receive': 100,
      'system.network.io eth0:1 transmit': 200,
    });
  });

  it('gives nothing for other texts', () => {
    expect(parseNetwork('')).toEqual([]);
    expect(parseNetwork('nothing here')).toEqual([]);
    expect(Object.values(valuesOf(parseNetwork('eth0: a b c')))).toEqual(Array(8).fill(undefined));
  });
});
