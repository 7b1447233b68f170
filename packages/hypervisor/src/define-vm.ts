import type { VmSpec } from './spec/definition/vm-spec.ts';
import { validateSpec } from './validate/validate-spec.ts';

/**
 * A specification that is right by itself, and stays so: a copy that can't be changed. Bytes to upload are taken as they are.
 *
 * @param spec - What the machine shall be.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when it is wrong; `details.problems` lists all that is, each with its
 * path, reason and fix.
 *
 * @example
 * ```ts
 * import { defineVm } from '@novacron/hypervisor';
 *
 * const web = defineVm({ name: 'web-1', os: 'debian12', vcpus: 2, networks: [{ network: 'default' }] });
 * Object.isFrozen(web.networks) // => true
 * ({ ...web, name: 'web-2' }).os // => 'debian12'
 * ```
 */
export function defineVm(spec: VmSpec): VmSpec {
  validateSpec(spec);
  return frozen(spec) as VmSpec;
}

/** A copy of plain objects and lists, all the way down, that can't be changed; anything else as it is. */
function frozen(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozen));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, frozen(item)])));
}
