import { describe, expect, it } from 'vitest';
import { parseMemory } from '../../src/host/memory.ts';
import { fixture, valuesOf } from './fixture.ts';

const kib = 1024;

describe('/proc/meminfo', () => {
  it('gives memory by state, of which the sum is the whole', () => {
    const values = valuesOf(parseMemory(fixture('meminfo')));
    expect(values).toMatchObject({
      'system.memory.limit': 24_684_096 * kib,
      'system.memory.usage free': 22_664_452 * kib,
      'system.memory.usage buffered': 8_432 * kib,
      'system.memory.usage cached': (846_244 + 242_772) * kib,
      'system.memory.linux.available': 23_454_120 * kib,
    });
    const states = ['used', 'free', 'buffered', 'cached'].map((state) => values[`system.memory.usage ${state}`] ?? 0);
    expect(states.reduce((sum, value) => sum + value, 0)).toBe(values['system.memory.limit']);
    expect(values['system.memory.utilization']).toBeCloseTo((states[0] as number) / (24_684_096 * kib), 6);
  });

  it('has no part of a swap that is not there', () => {
    expect(valuesOf(parseMemory(fixture('meminfo')))).toMatchObject({
      'system.paging.usage used': 0,
      'system.paging.usage free': 0,
      'system.paging.utilization': undefined,
    });
    expect(valuesOf(parseMemory('SwapTotal: 100 kB\nSwapFree: 75 kB'))).toMatchObject({
      'system.paging.usage used': 25 * kib,
      'system.paging.utilization': 0.25,
    });
  });

  it('leaves out what the text does not say, rather than make it 0', () => {
    const values = valuesOf(parseMemory('MemTotal: 1000 kB\nMemFree: 100 kB\nCached: x kB\nHugePages_Total: 5'));
    expect(values).toMatchObject({ 'system.memory.limit': 1_000 * kib, 'system.memory.usage free': 100 * kib });
    expect(values['system.memory.usage used']).toBeUndefined();
    expect(values['system.memory.usage cached']).toBeUndefined();
    expect(Object.values(valuesOf(parseMemory(''))).every((value) => value === undefined)).toBe(true);
  });
});
