import { describe, expect, it } from 'vitest';
import { cpuTime, cpuUtilization, parseCpu, parseLoad } from '../../src/host/cpu.ts';
import { fixture, valuesOf } from './fixture.ts';

describe('/proc/stat', () => {
  it('gives CPU seconds by mode and the number of CPUs', () => {
    const reading = parseCpu(fixture('stat'));
    expect(reading && valuesOf(cpuTime(reading))).toEqual({
      'system.cpu.time user': 1_549.32,
      'system.cpu.time nice': 3.85,
      'system.cpu.time system': 290.92,
      'system.cpu.time idle': 8_837.65,
      'system.cpu.time iowait': 15.65,
      'system.cpu.time interrupt': 0,
      'system.cpu.time softirq': 14.92,
      'system.cpu.time steal': 23.66,
      'system.cpu.logical.count': 2,
    });
  });

  it('gives what an old kernel says, and nothing for another text', () => {
    expect([...(parseCpu('cpu 100 0 50 1000')?.times ?? [])]).toEqual([
      ['user', 1],
      ['nice', 0],
      ['system', 0.5],
      ['idle', 10],
    ]);
    expect(parseCpu('')).toBeUndefined();
    expect(parseCpu('intr 1 2 3')).toBeUndefined();
    expect(parseCpu('cpu user nice')?.times.size).toBe(0);
  });
});

describe('CPU utilization', () => {
  const before = new Map([
    ['user', 10],
    ['idle', 100],
  ]);

  it('is the part of all time since the reading before, by mode', () => {
    const now = new Map([
      ['user', 11],
      ['idle', 103],
    ]);
    expect(valuesOf(cpuUtilization(before, now))).toEqual({
      'system.cpu.utilization user': 0.25,
      'system.cpu.utilization idle': 0.75,
    });
  });

  it('is unknown at the first reading and when no time has passed', () => {
    expect(cpuUtilization(undefined, before)).toEqual([]);
    expect(cpuUtilization(before, before)).toEqual([]);
  });

  it("takes a counter that steps back, as the kernel's idle may, for one that stands", () => {
    const now = new Map([
      ['user', 12],
      ['idle', 99.99],
    ]);
    expect(valuesOf(cpuUtilization(before, now))).toEqual({
      'system.cpu.utilization user': 1,
      'system.cpu.utilization idle': 0,
    });
  });
});

describe('/proc/loadavg', () => {
  it('gives the three means, and what it does not say is missing', () => {
    expect(valuesOf(parseLoad(fixture('loadavg')))).toEqual({
      'system.cpu.load_average.1m': 4.21,
      'system.cpu.load_average.5m': 2.53,
      'system.cpu.load_average.15m': 1.4,
    });
    expect(valuesOf(parseLoad('0.5 what'))).toEqual({
      'system.cpu.load_average.1m': 0.5,
      'system.cpu.load_average.5m': undefined,
      'system.cpu.load_average.15m': undefined,
    });
  });
});
