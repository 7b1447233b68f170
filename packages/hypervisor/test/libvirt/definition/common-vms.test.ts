import { validateXML } from 'node-libvirt/xml';
import { specProblems } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';
import { applyPatches } from '../../../src/libvirt/definition/apply-patches.ts';
import { domainXml } from '../../../src/libvirt/definition/domain-xml.ts';
import { commonVms } from '../../fixtures/common-vms.ts';

const context = { domainType: 'qemu', architecture: 'x86_64' };

describe.each(Object.entries(commonVms))('a machine as people have it: %s', (name, spec) => {
  it('has no problem', () => {
    expect(specProblems(spec)).toEqual([]);
  });

  it('is written as it always was, and as libvirt’s schema wants it', async () => {
    const { tags = {}, owner } = spec;
    const xml = applyPatches(domainXml(spec, context, { tags, owner, createdMs: 0 }), spec.xmlPatches ?? []);
    expect(validateXML('domain', xml)).toEqual([]);
    await expect(xml).toMatchFileSnapshot(`../../fixtures/domains/${name}.xml`);
  });
});
