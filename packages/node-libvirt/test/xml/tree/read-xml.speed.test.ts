import { describe, expect, it } from 'vitest';
import { readXML } from '../../../src/xml/index.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

describe('nobody can make it work hard', () => {
  const size = 400_000;
  it.each([
    ['unfinished tags', '<a '.repeat(size)],
    ['unfinished comments', `<a>${'<!-'.repeat(size)}`],
    ['ampersands', `<a>${'&'.repeat(size)}</a>`],
    ['semicolons far away', `<a>${'&a'.repeat(size)};</a>`],
    ['quotes', `<a x="${"'".repeat(size)}`],
    ['brackets', `<a>${']'.repeat(size)}</a>`],
    ['elements', `<a>${'<b/>'.repeat(size)}</a>`],
    ['attributes', `<a ${Array.from({ length: size / 4 }, (_, index) => `b${index}='1'`).join(' ')}/>`],
    [
      'prefixes',
      `<a ${Array.from({ length: size / 10 }, (_, index) => `xmlns:p${index}='urn:${index}'`).join(' ')}><p1:b/></a>`,
    ],
    ['CDATA', `<a>${'<![CDATA[x]]>'.repeat(size / 10)}</a>`],
    [
      'declarations inside declarations',
      `${"<a xmlns:b='urn:b'>".repeat(200)}${'<b:c/>'.repeat(size / 10)}${'</a>'.repeat(200)}`,
    ],
  ])('by many %s', (_, text) => {
    const startMs = cpuMs();
    try {
      readXML(text);
    } catch {
      // Refusing is as good as reading.
    }
    expect(cpuMs() - startMs).toBeLessThan(4000);
  });
});
