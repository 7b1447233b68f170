import { describe, expect, it } from 'vitest';
import { parseUri } from '../../src/index.ts';
import { cpuMs } from '../support/cpu-ms.ts';

describe('parseUri', () => {
  it('answers a long text quickly', () => {
    const startedMs = cpuMs();
    expect(() => parseUri(`${'a'.repeat(100_000)}://`)).toThrow();
    parseUri(`qemu:///system?${'a=b;'.repeat(25_000)}`);
    expect(cpuMs() - startedMs).toBeLessThan(500);
  });
});
