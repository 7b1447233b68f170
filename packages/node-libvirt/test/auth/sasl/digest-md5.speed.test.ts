import { describe, expect, it } from 'vitest';
import { parseDigestChallenge } from '../../../src/auth/sasl/digest-challenge.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('parseDigestChallenge', () => {
  it('reads a long text quickly', () => {
    const before = cpuMs();
    parseDigestChallenge(Buffer.from(`a="${'\\'.repeat(60_000)}`));
    parseDigestChallenge(Buffer.from('a=b '.repeat(15_000)));
    expect(cpuMs() - before).toBeLessThan(500);
  });
});
