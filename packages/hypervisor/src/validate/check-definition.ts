import { HypervisorError } from '../error.ts';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { VmDefinition } from '../spec/operations/definitions.ts';
import { Checks } from './checks.ts';
import { assertNoProblems } from './validate-spec.ts';

/**
 * Refuses a definition that a driver can't make a machine of.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it is another driver's, the name is wrong, or a disk that is
 * written to gets no volume; NOVA_HYPERVISOR_UNSUPPORTED when it is another driver's.
 */
export function assertDefinition(
  driver: string,
  definition: VmDefinition,
  { name, volumes }: { readonly name: string; readonly volumes: Readonly<Record<string, VolumeReference>> },
): void {
  if (definition.driver !== driver) {
    throw new HypervisorError({
      kind: 'unsupported',
      message: `A definition of the ${definition.driver} driver makes no sense to the ${driver} driver`,
      details: { driver, of: definition.driver },
    });
  }
  const checks = new Checks();
  checks.name(name, 'name');
  for (const { device, readOnly } of definition.disks) {
    if (readOnly || Object.hasOwn(volumes, device)) continue;
    checks.check(
      false,
      `volumes.${device}`,
      'must be given: two machines can not write to one disk',
      'copy the volume',
    );
  }
  for (const device of Object.keys(volumes)) {
    const isKnown = definition.disks.some((disk) => disk.device === device);
    checks.check(isKnown, `volumes.${device}`, 'is no disk of the definition');
  }
  assertNoProblems(checks.problems, `The machine ${JSON.stringify(name)}`);
}
