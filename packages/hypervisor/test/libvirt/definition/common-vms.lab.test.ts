import { connect } from 'node-libvirt';
import { describe, expect, it } from 'vitest';
import { applyPatches } from '../../../src/libvirt/definition/apply-patches.ts';
import { domainXml } from '../../../src/libvirt/definition/domain-xml.ts';
import { commonVms } from '../../fixtures/common-vms.ts';
import { labUri } from '../../lab.ts';

const context = { domainType: 'qemu', architecture: 'x86_64' };

describe.each(Object.entries(commonVms))('libvirt: %s', (_, spec) => {
  it('is taken as it is written, and nothing of it is dropped', async () => {
    const connection = await connect(labUri);
    const name = `hv-${spec.name}-${process.pid}`;
    try {
      const xml = applyPatches(domainXml({ ...spec, name }, context, { tags: spec.tags ?? {} }), spec.xmlPatches ?? []);
      const domain = await connection.defineDomainXML(xml, { validate: true });
      try {
        const stored = await domain.getXMLDesc({ inactive: true, secure: true });
        for (const { source } of spec.disks ?? []) if (source !== undefined) expect(stored).toContain(source);
        expect(stored).toContain(`<vcpu placement='static'`);
      } finally {
        await domain.undefine({ nvram: true });
      }
    } finally {
      await connection.close();
    }
  });
});
