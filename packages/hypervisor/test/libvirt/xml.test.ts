import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeXml } from '../../src/escape-xml.ts';
import { findElement, parseXml } from '../../src/libvirt/xml.ts';

/** Text that XML 1.0 can hold. */
const text = fc
  .string({ unit: 'binary' })
  .filter((each) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u.test(each));

describe('escapeXml', () => {
  it('makes any text mean itself, in elements and in attributes', () => {
    fc.assert(
      fc.property(text, (given) => {
        const { text: inside, attributes } = parseXml(`<a b='${escapeXml(given)}'>${escapeXml(given)}</a>`);
        expect([inside, attributes['b']]).toEqual([given, given]);
      }),
    );
  });
});

describe('parseXml', () => {
  it('reads elements, attributes, text, character data and entities', () => {
    const root = parseXml(`<?xml version='1.0'?><a x="1"><!-- no --><b>1<c/>2</b><b><![CDATA[<3>]]>&amp;&#52;</b></a>`);
    expect(root).toMatchObject({ name: 'a', attributes: { x: '1' } });
    expect(root.children.map((child) => child.text)).toEqual(['12', '<3>&4']);
    expect(findElement(root, 'b', 'c')?.name).toBe('c');
    expect(findElement(root, 'b', 'd', 'e')).toBeUndefined();
  });

  it.each(['', '<a>', '<a></b>', '<a b=1/>', '<a/><b/>', '&x;', '<a>&nbsp;</a>', 'text'])('refuses %j', (broken) => {
    expect(() => parseXml(broken)).toThrow(expect.objectContaining({ code: 'NOVA_HYPERVISOR_INTERNAL' }));
  });

  it('defines no entities, so that none can explode', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "xx"><!ENTITY y "&x;&x;">]><a>&y;</a>';
    expect(() => parseXml(bomb)).toThrow(/document type/);
  });

  it('never fails in another way, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (given) => {
        try {
          parseXml(given);
        } catch (error) {
          expect(error).toMatchObject({ kind: 'internal' });
        }
      }),
    );
  });
});
