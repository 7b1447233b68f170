import { describe, expect, it } from 'vitest';
import { translatePatterns } from '../../../generator/schema/expression.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('translatePatterns', () => {
  it.each(['[0-9]+(.[0-9]+)?', '[a-zA-Z_]+[a-zA-Z0-9_]*'])(
    'replaces %s, which is slow, by what is quick',
    (pattern) => {
      const replaced = /pattern='(.*)'/.exec(translatePatterns(`%string(pattern='${pattern}')`))?.[1] ?? '';
      const quick = new RegExp(`^(?:${replaced})$`, 'u');
      const startMs = cpuMs();
      quick.test(`${'1'.repeat(100_000)}!`);
      quick.test(`${'a'.repeat(100_000)}!`);
      expect(cpuMs() - startMs).toBeLessThan(500);
    },
  );
});
