import { diffLines } from '../../diff-lines.ts';
import { HypervisorError } from '../../error.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { VmPlan } from '../../spec/operations/plan.ts';
import type { SpecProblem } from '../../spec/spec-problem.ts';
import { applyPatches } from '../definition/apply-patches.ts';
import type { DomainContext } from '../definition/domain-context.ts';
import { domainXml } from '../definition/domain-xml.ts';
import { withSecrets } from '../storage/volume-secret.ts';
import { withoutPasswords } from './without-passwords.ts';
import { xmlProblems } from './xml-problems.ts';

/**
 * The XML of a specification that is right by itself, what its patches change (without passwords of screens), and what
 * libvirt's schema says of it.
 *
 * @throws {LibvirtError} LIBVIRT_XML_INVALID when a text holds a character that XML can't.
 */
export function drawVm(
  spec: VmSpec,
  context: DomainContext,
  volumes: readonly string[],
): Pick<VmPlan, 'problems' | 'diff'> & { readonly xml: string } {
  const { tags = {}, owner, category, xmlPatches = [] } = spec;
  const plain = domainXml({ ...spec, disks: withSecrets(spec.disks ?? []) }, context, {
    tags,
    owner,
    category,
    volumes,
  });
  const problems: SpecProblem[] = [];
  let xml = plain;
  try {
    if (xmlPatches.length > 0) xml = applyPatches(plain, xmlPatches);
  } catch (error) {
    if (!HypervisorError.isInstance(error)) throw error;
    problems.push({ step: 'xml', path: `xmlPatches[${String(error.details['patch'])}]`, message: error.message });
  }
  problems.push(...xmlProblems(xml));
  return { problems, xml, diff: xml === plain ? [] : diffLines(withoutPasswords(plain), withoutPasswords(xml)) };
}
