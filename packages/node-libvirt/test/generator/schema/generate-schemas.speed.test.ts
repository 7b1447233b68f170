import { describe, expect, it } from 'vitest';
import { allPatterns } from './all-patterns.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('the grammar of libvirt', () => {
  const patterns = [...allPatterns()];

  it('has no expression that a hostile text keeps busy', () => {
    const alphabet = ['0', 'a', 'F', 'A', '_', '.', ':', '-', ',', '/', ' ', '0,', '0-', 'a:', '0.', '::', 'NEW,', '"'];
    const expressions = new Map(
      patterns.flatMap(({ datatype }) => (datatype === undefined ? [] : [[datatype.parameters['pattern'], datatype]])),
    );
    expect(expressions.size).toBeGreaterThan(80);
    for (const [expression, datatype] of expressions) {
      for (const piece of alphabet) {
        const startMs = cpuMs();
        datatype.matches(`${piece.repeat(60_000 / piece.length)}\u0001`);
        expect(cpuMs() - startMs, `${expression} for ${piece}`).toBeLessThan(1000);
      }
    }
  });
});
