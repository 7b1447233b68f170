import type { CallOptions } from '@novacron/core';
import type { VmSpec } from '../../spec/definition/vm-spec.ts';
import type { PlanOptions, VmPlan } from '../../spec/operations/plan.ts';
import { specProblems } from '../../validate/validate-spec.ts';
import type { LibvirtHost } from '../libvirt-host.ts';
import { newVolumes } from '../vms/new-volumes.ts';
import { hostProblems } from './host-problems.ts';
import { drawVm } from './draw-vm.ts';
import { withoutPasswords } from './without-passwords.ts';

/**
 * What making a machine would do, and all that speaks against it. Nothing is changed. Passwords of screens are left out of
 * the XML and its differences.
 *
 * @throws {LibvirtError} when the host can't be asked; what is wrong with the specification is part of the plan.
 */
export async function planVm(
  host: LibvirtHost,
  spec: VmSpec,
  { checkHost = true, start }: PlanOptions,
  call: CallOptions,
): Promise<VmPlan> {
  const ofSpec = specProblems(spec);
  if (ofSpec.length > 0) {
    return { ok: false, problems: ofSpec.map((problem) => ({ ...problem, step: 'spec' })), actions: [], diff: [] };
  }
  const volumes = newVolumes(host, spec);
  const drawn = drawVm(
    spec,
    host.context,
    volumes.map(({ reference }) => `${reference.pool}/${reference.name}`),
  );
  const problems = [...(checkHost ? await hostProblems(host, spec, { start }, call) : []), ...drawn.problems];
  return {
    ok: problems.length === 0,
    problems,
    actions: [...volumes.map(({ action }) => action), `define VM ${spec.name}`],
    xml: withoutPasswords(drawn.xml),
    diff: drawn.diff,
  };
}
