import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeXML } from 'node-libvirt/xml';
import { metadataElement, metadataXml, readMetadata } from '../../src/libvirt/metadata.ts';
import { parseXml } from '../../src/libvirt/xml.ts';

const word = fc.string({ minLength: 1 }).filter((each) => !/[\u0000-\u001f]/.test(each));

describe('the metadata of a domain', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(word, fc.constant('__proto__')), word, { noNullPrototype: true }),
        fc.option(fc.nat(), { nil: undefined }),
        fc.option(word, { nil: undefined }),
        fc.record({ owner: word, category: word, notes: word }, { requiredKeys: [] }),
        fc.option(fc.array(word, { minLength: 1 }), { nil: undefined }),
        (tags, createdMs, clientToken, texts, volumes) => {
          const metadata = { tags, createdMs, clientToken, ...texts, volumes };
          expect(readMetadata(parseXml(writeXML(metadataElement(metadata))))).toEqual(metadata);
        },
      ),
    );
  });

  it('is read as libvirt writes it after a change: only the outermost element has the prefix', () => {
    const own = metadataXml({ tags: { role: 'web' }, owner: 'ops', createdMs: 5, volumes: ['pool/a'] });
    const declaration = "xmlns:nova='https://novacron.dev/xmlns/vm/1'";
    const stored = `<metadata>${own.replace('<vm', `<nova:vm ${declaration}`).replace('</vm>', '</nova:vm>')}</metadata>`;
    expect(readMetadata(parseXml(stored))).toEqual({
      tags: { role: 'web' },
      owner: 'ops',
      createdMs: 5,
      volumes: ['pool/a'],
    });
  });

  it('is found under another prefix, beside that of other tools', () => {
    const xml = `<metadata><libosinfo:x xmlns:libosinfo='urn:o'/><n:vm xmlns:n='https://novacron.dev/xmlns/vm/1'>
      <n:tag name='a'>1</n:tag><n:later/></n:vm></metadata>`;
    expect(readMetadata(parseXml(xml))).toEqual({ tags: { a: '1' }, createdMs: undefined, clientToken: undefined });
  });

  it('is empty where there is none, or where another namespace has the same words', () => {
    expect(readMetadata(undefined)).toEqual({ tags: {} });
    const foreign = "<metadata><nova:vm xmlns:nova='urn:other'><nova:tag name='a'>1</nova:tag></nova:vm></metadata>";
    expect(readMetadata(parseXml(foreign))).toEqual({ tags: {} });
  });
});
