import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import type { VmChanges } from '../../spec/operations/vm-details.ts';
import { Checks } from '../../validate/checks.ts';
import { assertNoProblems, checkTags } from '../../validate/validate-spec.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { metadataNamespace, metadataXml } from '../metadata.ts';

/**
 * Changes what people say of a domain, in its own metadata.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a text can't be kept.
 */
export async function updateVm(
  host: LibvirtHost,
  domain: Domain,
  changes: VmChanges,
  call: CallOptions,
): Promise<void> {
  const { tags, description, owner, category, notes } = changes;
  const checks = new Checks();
  checkTags(tags, checks);
  for (const [path, text] of Object.entries({ description, owner, category, notes })) checks.optionalText(text, path);
  assertNoProblems(checks.problems, 'The change');
  const { metadata } = await host.read(domain, call);
  const [live, config] = await Promise.all([domain.isActive(call), domain.isPersistent(call)]);
  const xml = metadataXml({
    ...metadata,
    tags: tags ?? metadata.tags,
    owner: owner ?? metadata.owner,
    category: category ?? metadata.category,
    notes: notes ?? metadata.notes,
  });
  const { uri, prefix: key } = metadataNamespace;
  await domain.setMetadata('element', xml, { ...call, live, config, uri, key });
  if (description !== undefined)
    await domain.setMetadata('description', description === '' ? undefined : description, { ...call, live, config });
}
