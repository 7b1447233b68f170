import type { CallOptions } from '@novacron/core';
import { diffLines } from '../../diff-lines.ts';
import { HypervisorError } from '../../error.ts';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { PlanOptions, VmPlan } from '../../spec/operations/plan.ts';
import type { SpecProblem } from '../../spec/spec-problem.ts';
import { specProblems } from '../../validate/validate-spec.ts';
import { applyPatches } from '../definition/apply-patches.ts';
import { domainXml } from '../definition/domain-xml.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { newVolumes } from '../vms/new-volumes.ts';
import { hostProblems } from './host-problems.ts';
import { xmlProblems } from './xml-problems.ts';

/**
 * What making a machine would do, and all that speaks against it. Nothing is changed.
 *
 * @throws {LibvirtError} when the host can't be asked; what is wrong with the specification is part of the plan.
 */
export async function planVm(
  host: LibvirtHost,
  spec: VmSpec,
  { checkHost = true }: PlanOptions,
  call: CallOptions,
): Promise<VmPlan> {
  const ofSpec = specProblems(spec);
  if (ofSpec.length > 0) {
    return { ok: false, problems: ofSpec.map((problem) => ({ ...problem, step: 'spec' })), actions: [], diff: [] };
  }
  const volumes = newVolumes(host, spec);
  const { tags = {}, owner, category, xmlPatches = [] } = spec;
  const references = volumes.map(({ reference }) => `${reference.pool}/${reference.name}`);
  const plain = domainXml(spec, host.context, { tags, owner, category, volumes: references });
  const problems: SpecProblem[] = checkHost ? [...(await hostProblems(host, spec, call))] : [];
  let xml = plain;
  try {
    if (xmlPatches.length > 0) xml = applyPatches(plain, xmlPatches);
  } catch (error) {
    if (!HypervisorError.isInstance(error)) throw error;
    problems.push({ step: 'xml', path: `xmlPatches[${String(error.details['patch'])}]`, message: error.message });
  }
  problems.push(...xmlProblems(xml));
  return {
    ok: problems.length === 0,
    problems,
    actions: [...volumes.map(({ action }) => action), `define VM ${spec.name}`],
    xml,
    diff: xml === plain ? [] : diffLines(plain, xml),
  };
}
