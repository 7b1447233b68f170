import { describe, expect, it } from 'vitest';
import { validateXML } from '../../../src/xml/index.ts';
import { domainDocument } from '../documents.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('validateXML', () => {
  it('takes milliseconds for a domain', () => {
    validateXML('domain', domainDocument);
    const startMs = cpuMs();
    for (let round = 0; round < 50; round++) validateXML('domain', domainDocument);
    expect((cpuMs() - startMs) / 50).toBeLessThan(20);
  });
});
