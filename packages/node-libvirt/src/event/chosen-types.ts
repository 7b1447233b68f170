import { clientError } from '../error/libvirt-error.ts';

/**
 * The kinds of events that a subscriber names, each once.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID for an unknown kind, or none.
 */
export function chosenTypes<Type extends string>(
  name: string,
  all: readonly Type[],
  types: readonly Type[] | undefined,
): readonly Type[] {
  if (types === undefined) return all.slice(0, 1);
  const unknown = types.find((type) => !all.includes(type));
  if (unknown === undefined && types.length > 0) return [...new Set(types)];
  const given = unknown === undefined ? 'none was named' : `not "${unknown}"`;
  const message = `${name}: types must be among ${all.join(', ')}; ${given}`;
  throw clientError('LIBVIRT_ARGUMENT_INVALID', 'invalid', message);
}
