import { describe, expect, it } from 'vitest';
import { Grammar } from '../../../src/xml/grammar/grammar.ts';
import { readXML } from '../../../src/xml/index.ts';
import { Validator } from '../../../src/xml/validate/validator.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('what documents add to a grammar', () => {
  it('does not grow with the ways that an element could be read', () => {
    const grammar = new Grammar({
      definitions: 't=t{($t,$t)|($t)|(u{()}?,$t?)|()}\n',
      namespaces: {},
      starts: { test: '$t' },
    });
    const deep = '<t>'.repeat(60) + '</t>'.repeat(60);
    const startMs = cpuMs();
    expect(new Validator(grammar).document(readXML(deep), grammar.start('test'))).toEqual([]);
    expect(cpuMs() - startMs).toBeLessThan(1000);
  });
});
