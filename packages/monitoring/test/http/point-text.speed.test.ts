import { seededRandom } from '@novacron/core';
import { describe, expect, it } from 'vitest';
import { writePoints } from '../../src/http/point-text.ts';
import { formatSample } from '../../src/promql/result/format-float.ts';
import { cpuMs } from '../cpu-ms.ts';

const random = seededRandom(5);

describe('points as text', () => {
  it('are what the engine makes of two million numbers of any bits', () => {
    const words = new Uint32Array(20_000);
    const values = new Float64Array(words.buffer);
    const timesMs = new Float64Array(values.length);
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < words.length; i++) words[i] = Math.floor(random() * 2 ** 32);
      let text = '';
      writePoints(timesMs, values, (bytes) => (text += new TextDecoder().decode(bytes)));
      let expected = '';
      for (const value of values) expected += `${expected === '' ? '' : ','}[0,"${formatSample(value)}"]`;
      expect(text === expected).toBe(true);
    }
  });

  it('take less than the plain way', () => {
    const values = Float64Array.from({ length: 100_000 }, () => random() * 1_000);
    const timesMs = values.map((_, i) => 1.7e12 + i * 15_000);
    let bytes = 0;
    const kernel = (): void => writePoints(timesMs, values, (text) => void (bytes += text.length));
    const plain = (): void => {
      let text = '';
      for (const [i, value] of values.entries()) text += `[${(timesMs[i] as number) / 1000},"${formatSample(value)}"]`;
      bytes += new TextEncoder().encode(text).length;
    };
    const costOf = (task: () => void): number => {
      task();
      const startedMs = cpuMs();
      for (let round = 0; round < 5; round++) task();
      return cpuMs() - startedMs;
    };
    expect(costOf(kernel)).toBeLessThan(costOf(plain) / 1.5);
    expect(bytes).toBeGreaterThan(0);
  });
});
