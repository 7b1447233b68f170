import { describe, expect, it } from 'vitest';
import { formatNumber, formatTime, isoTime } from '../../src/report/format.ts';
import type { NumberFormat } from '@novacron/analytics/report';

describe('formatNumber', () => {
  it.each<[number, NumberFormat, string]>([
    [0, 'number', '0'],
    [2.71238, 'number', '2.712'],
    [1_234_567.8, 'number', '1,234,568'],
    [-0.00012346, 'number', '-0.0001235'],
    [999.96, 'number', '1000'],
    [-12_345, 'number', '-12,345'],
    [1e-9, 'number', '1e-9'],
    [-0, 'number', '0'],
    [0.8312, 'percent', '83 %'],
    [0.0312, 'percent', '3.1 %'],
    [-0.0001, 'percent', '0.0 %'],
    [1.5, 'percent', '150 %'],
    [0, 'bytes', '0 B'],
    [1_536, 'bytes', '1.5 KiB'],
    [8 * 1024 ** 3, 'bytes', '8.0 GiB'],
    [5e20, 'bytes', '444089 PiB'],
    [0.5, 'bytes', '0.5 B'],
    [250, 'duration', '250 ms'],
    [90_000, 'duration', '1.5 min'],
    [45_000, 'duration', '45 s'],
    [7_200_000, 'duration', '2.0 h'],
    [3 * 86_400_000, 'duration', '3.0 d'],
  ])('writes %d as %s: %s', (value, format, text) => {
    expect(formatNumber(value, format)).toBe(text);
  });

  it.each([NaN, Infinity, -Infinity])('writes %d as a dash', (value) => {
    for (const format of ['number', 'percent', 'bytes', 'duration'] as const)
      expect(formatNumber(value, format)).toBe('–');
  });
});

describe('formatTime', () => {
  it('writes a time in UTC', () => {
    expect(formatTime(Date.UTC(2026, 10, 21, 4, 30, 59))).toBe('2026-11-21 04:30');
    expect(isoTime(Date.UTC(2026, 10, 21))).toBe('2026-11-21T00:00:00.000Z');
  });

  it.each([NaN, Infinity, 1e20])('writes %d as a dash', (timeMs) => {
    expect(formatTime(timeMs)).toBe('–');
    expect(isoTime(timeMs)).toBe('');
  });
});
