import { HypervisorError } from './error.ts';
import type { NetworkChange, NetworkParts } from './spec/operations/network-parts.ts';

/** The kinds of parts, in the order in which they are changed. */
export const networkPartKinds = ['dnsHosts', 'dnsServices', 'dnsTexts', 'portGroups', 'devices'] as const;

/** A kind of parts. */
export type NetworkPartKind = (typeof networkPartKinds)[number];

/** One part of a network that is added or removed. */
export interface NetworkPartUpdate {
  readonly command: 'add' | 'remove';
  readonly kind: NetworkPartKind;
  /** Its entry alone, as a whole. */
  readonly parts: NetworkParts;
}

type Part = NonNullable<NetworkParts[NetworkPartKind]>[number];

/**
 * The steps from what a network has to what it shall have, removals first. For drivers.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_NOT_FOUND when it has not what shall go; NOVA_HYPERVISOR_ALREADY_EXISTS when it has
 * what shall come.
 */
export function networkPartUpdates(
  network: string,
  has: NetworkParts,
  { remove = {}, add = {} }: NetworkChange,
): readonly NetworkPartUpdate[] {
  const updates: NetworkPartUpdate[] = [];
  const gone = new Set<Part>();
  const find = (kind: NetworkPartKind, part: Part): Part | undefined =>
    partsOf(has, kind).find((each) => !gone.has(each) && keyOf(each) === keyOf(part));
  for (const kind of networkPartKinds) {
    for (const part of partsOf(remove, kind)) {
      const found = find(kind, part);
      if (found === undefined) throw wrongPart('not-found', network, kind, part);
      gone.add(found);
      updates.push({ command: 'remove', kind, parts: { [kind]: [found] } });
    }
  }
  for (const kind of networkPartKinds) {
    const coming = new Set<string>();
    for (const part of partsOf(add, kind)) {
      if (find(kind, part) !== undefined || coming.has(keyOf(part)))
        throw wrongPart('already-exists', network, kind, part);
      coming.add(keyOf(part));
      updates.push({ command: 'add', kind, parts: { [kind]: [part] } });
    }
  }
  return updates;
}

/** What a network has after an update. For drivers. */
export function afterUpdate(has: NetworkParts, { command, kind, parts }: NetworkPartUpdate): NetworkParts {
  const [part] = partsOf(parts, kind);
  const others = partsOf(has, kind).filter((each) => part === undefined || keyOf(each) !== keyOf(part));
  return { ...has, [kind]: command === 'add' ? [...others, part] : others };
}

const partsOf = (parts: NetworkParts, kind: NetworkPartKind): readonly Part[] => parts[kind] ?? [];

/** What no two of a kind have in common. */
function keyOf(part: Part): string {
  if (typeof part === 'string') return part;
  if ('address' in part) return part.address;
  if ('service' in part) return JSON.stringify([part.service, part.protocol, part.target, part.port, part.domain]);
  return part.name;
}

function wrongPart(
  kind: 'not-found' | 'already-exists',
  network: string,
  partKind: NetworkPartKind,
  part: Part,
): HypervisorError {
  const verb = kind === 'not-found' ? 'has no' : 'has already';
  return new HypervisorError({
    kind,
    message: `Network ${JSON.stringify(network)} ${verb} ${JSON.stringify(part)} among its ${partKind}`,
    details: { network, part: partKind, value: part },
  });
}
