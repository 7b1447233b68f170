import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import { assertNoProblems, validateSpec } from '../../validate/validate-spec.ts';
import type { DomainContext } from '../definition/domain-context.ts';
import { drawVm } from './draw-vm.ts';

/**
 * The XML that libvirt would be given for a machine, with its patches, without any daemon: to look at it, to keep it, or to
 * test patches while developing against the memory driver, whose plans have none. Checked against libvirt's schema.
 *
 * It is meant to be defined, so the password of a screen stands in it: keep it as you keep the password. Plans leave it out.
 *
 * @param spec - What the machine shall be.
 * @param context - The host that it is for. @default KVM on x86_64
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the specification, a patch or the XML is wrong; `details.problems`
 * lists all.
 *
 * @example
 * ```ts
 * import { libvirtXml } from '@novacron/hypervisor/libvirt';
 *
 * const xml = libvirtXml({
 *   name: 'web-1',
 *   xmlPatches: [
 *     { action: 'set-attributes', select: '/domain/devices/memballoon', attributes: { autodeflate: 'on' } },
 *   ],
 * });
 * /autodeflate=.on./.test(xml) // => true
 * ```
 */
export function libvirtXml(spec: VmSpec, context: Partial<DomainContext> = {}): string {
  validateSpec(spec);
  const drawn = drawVm(spec, { domainType: 'kvm', architecture: 'x86_64', ...context }, []);
  assertNoProblems(drawn.problems, `The XML of VM ${JSON.stringify(spec.name)}`);
  return drawn.xml;
}
