import { describe, expect, it } from 'vitest';
import { readDirtyRate, readIOThreads, readPerf } from '../../src/domain/stats-groups.ts';

describe('statistics in groups', () => {
  it('have I/O threads by their numbers, however far apart', () => {
    const parameters = {
      'iothread.count': 2,
      'iothread.1.poll-max-ns': 32_768,
      'iothread.90000.poll-max-ns': 0,
      'iothread.90000.poll-grow': 2,
      'iothread.90000.poll-shrink': 3,
    };
    expect(readIOThreads(parameters)).toEqual([
      { id: 1, pollMaxNs: 32_768 },
      { id: 90_000, pollMaxNs: 0, pollGrow: 2, pollShrink: 3 },
    ]);
    expect(readIOThreads({ 'iothread.count': 0 })).toEqual([]);
    expect(readIOThreads({})).toBeUndefined();
  });

  it('have counted events by name', () => {
    expect(readPerf({ 'perf.cpu_cycles': 2n ** 60n, 'perf.cmt': 1, 'cpu.time': 5 })).toEqual({
      cpu_cycles: 2 ** 60,
      cmt: 1,
    });
    expect(readPerf({ 'cpu.time': 5 })).toBeUndefined();
  });

  it('have what the guest writes to, in bytes', () => {
    expect(
      readDirtyRate({
        'dirtyrate.calc_status': 2,
        'dirtyrate.calc_period': 1,
        'dirtyrate.calc_mode': 'dirty-ring',
        'dirtyrate.megabytes_per_second': 2,
        'dirtyrate.vcpu.0.megabytes_per_second': 1,
        'dirtyrate.vcpu.1.megabytes_per_second': 0,
      }),
    ).toEqual({
      status: 'measured',
      bytesPerSecond: 2_097_152,
      mode: 'dirty-ring',
      periodSeconds: 1,
      vcpuBytesPerSecond: [1_048_576, 0],
    });
    expect(readDirtyRate({ 'dirtyrate.calc_status': 1 })).toEqual({ status: 'measuring' });
    expect(readDirtyRate({ 'dirtyrate.calc_status': 9 })?.status).toBe('unknown');
    expect(readDirtyRate({})).toBeUndefined();
  });
});
