import type { XmlPatch } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';
import { applyPatches } from '../../../src/libvirt/definition/apply-patches.ts';

const xml = `<domain type='kvm'>
  <name>web</name>
  <devices>
    <disk type='file'><source file='/a'/><target dev='vda'/></disk>
    <disk type='block'><source dev='/dev/b'/><target dev='vdb'/></disk>
  </devices>
</domain>`;
const patched = (...patches: readonly XmlPatch[]): string => applyPatches(xml, patches).replaceAll(/\n\s*/g, '');

describe('applyPatches', () => {
  it.each([
    ["/domain/devices/disk[target/@dev='vdb']", 'vdb'],
    ['/domain/devices/disk[2]', 'vdb'],
    ["/domain/devices/disk[@type='file']", 'vda'],
    ['/domain/*/disk[source/@file]', 'vda'],
    ["/domain[name='web']/devices/disk[1][@type='file']", 'vda'],
  ])('selects by %s', (select, target) => {
    const result = patched({ action: 'set-attributes', select, attributes: { snapshot: 'no' } });
    expect(result).toMatch(new RegExp(`<disk type='\\w+' snapshot='no'>(?:(?!</disk>).)*<target dev='${target}'/>`));
    expect(result.match(/snapshot/g)).toHaveLength(1);
  });

  it('sets and removes attributes, sets text, adds, replaces and removes elements, in order', () => {
    expect(
      patched(
        { action: 'set-attributes', select: '/domain', attributes: { type: 'qemu', id: '3' } },
        { action: 'set-attributes', select: '/domain', attributes: { id: undefined } },
        { action: 'set-text', select: '/domain/name', text: '<&' },
        { action: 'remove', select: '/domain/devices/disk' },
        { action: 'append', select: '/domain/devices', xml: "<sound model='ich9'/>" },
        { action: 'prepend', select: '/domain/devices', xml: '<emulator>/bin/q</emulator>' },
        { action: 'replace', select: '/domain/devices/sound', xml: "<sound model='ac97'/>" },
      ),
    ).toBe(
      "<domain type='qemu'><name>&lt;&amp;</name><devices><emulator>/bin/q</emulator><sound model='ac97'/></devices></domain>",
    );
  });

  it('takes the removal of nothing for done', () => {
    expect(patched({ action: 'remove', select: '/domain/devices/sound' })).toBe(patched());
  });

  it.each<XmlPatch>([
    { action: 'set-text', select: '/domain/nothing', text: 'x' },
    { action: 'set-text', select: 'domain', text: 'x' },
    { action: 'set-text', select: '/domain[', text: 'x' },
    { action: 'set-text', select: '/domain[position()=1]', text: 'x' },
    { action: 'append', select: '/domain', xml: '<a>' },
    { action: 'remove', select: '/domain' },
  ])('refuses %j and says which patch it was', (patch) => {
    expect(() => patched({ action: 'set-text', select: '/domain/name', text: 'fine' }, patch)).toThrowError(
      expect.objectContaining({ kind: 'invalid', details: expect.objectContaining({ patch: 1 }) }),
    );
  });
});
