import { describe, expect, it } from 'vitest';
import { formatXML, parseXML, validateXML, type XMLKind } from '../../../src/xml/index.ts';
import { cpuMs } from '../../support/cpu-ms.ts';

const many = 100_000;
const rule = "<rule action='drop' direction='in'/>";

describe('large documents take time in proportion', () => {
  it.each<[string, XMLKind, string]>([
    ['rules', 'nwfilter', `<filter name='a'>${`${rule}<filterref filter='b'/>`.repeat(many / 2)}</filter>`],
    [
      'hosts',
      'network',
      `<network><name>a</name><dns>${"<host ip='10.0.0.1'><hostname>a</hostname></host>".repeat(many / 2)}</dns></network>`,
    ],
    ['texts', 'storagepool', `<pool type='dir'><name>a</name>${'<name>a</name>'.repeat(many)}</pool>`],
    [
      'unknown elements',
      'domain',
      `<domain type='kvm'>${Array.from({ length: many }, (_, index) => `<n${index}/>`).join('')}</domain>`,
    ],
    [
      'unknown attributes',
      'domain',
      `<domain ${Array.from({ length: many / 5 }, (_, index) => `n${index}='1'`).join(' ')}/>`,
    ],
    ['pieces of text', 'domain', `<domain type='kvm'>${'a<name/>'.repeat(many)}</domain>`],
    [
      'levels',
      'domain',
      `<domain><devices><disk>${'<backingStore>'.repeat(250)}${'</backingStore>'.repeat(250)}</disk></devices></domain>`,
    ],
    ['values', 'domain', `<domain><vcpu cpuset='${'1,'.repeat(many * 10)}1'>1</vcpu></domain>`],
  ])('of many %s', { timeout: 60_000 }, (_, kind, text) => {
    const startMs = cpuMs();
    validateXML(kind, text);
    const written = formatXML(kind, parseXML(kind, text));
    expect(cpuMs() - startMs).toBeLessThan(15_000);
    expect(written.length).toBeGreaterThanOrEqual(text.length);
  });
});
