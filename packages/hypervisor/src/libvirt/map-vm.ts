import type { Domain, DomainStateAndReason } from 'node-libvirt';
import { HypervisorError } from '../error.ts';
import type { VmState } from '../spec/vm-state.ts';
import type { Vm } from '../spec/vm.ts';
import { readMetadata, type VmMetadata } from './metadata.ts';
import { findElement, parseXml, type XmlElement } from './xml.ts';

const states: Readonly<Record<string, VmState>> = {
  running: 'running',
  blocked: 'running',
  paused: 'paused',
  shutdown: 'stopping',
  shutoff: 'stopped',
  crashed: 'crashed',
  pmsuspended: 'suspended',
};

/** States that the reason tells apart. */
const statesByReason: Readonly<Record<string, VmState>> = {
  'paused/starting-up': 'starting',
  'paused/migration': 'migrating',
  'paused/crashed': 'crashed',
  'shutoff/crashed': 'crashed',
  'shutoff/saved': 'suspended',
};

/** libvirt's state (`virDomainState` and its reason) in the common model. */
export function mapState({ state, reason }: DomainStateAndReason): VmState {
  return statesByReason[`${state}/${reason}`] ?? states[state] ?? 'unknown';
}

/** A domain in the common model, and what NovaCron keeps in its metadata. */
export interface MappedDomain {
  readonly vm: Vm;
  readonly metadata: VmMetadata;
}

/**
 * A domain and its XML in the common model.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INTERNAL when the XML makes no sense.
 */
export function mapVm(domain: Domain, xml: string, state: DomainStateAndReason): MappedDomain {
  const root = parseXml(xml);
  const memory = findElement(root, 'currentMemory') ?? findElement(root, 'memory');
  const vcpu = findElement(root, 'vcpu');
  const description = findElement(root, 'description')?.text;
  const metadata = readMetadata(findElement(root, 'metadata'));
  const vm: Vm = {
    id: domain.uuid,
    name: domain.name,
    state: mapState(state),
    ...(vcpu === undefined ? {} : { vcpus: Number(vcpu.attributes['current'] ?? vcpu.text) }),
    ...(memory === undefined ? {} : { memoryBytes: bytesOf(memory) }),
    tags: metadata.tags,
    ...(description === undefined ? {} : { description }),
    ...(metadata.owner === undefined ? {} : { owner: metadata.owner }),
    ...(metadata.category === undefined ? {} : { category: metadata.category }),
    ...(metadata.notes === undefined ? {} : { notes: metadata.notes }),
    ...(metadata.createdMs === undefined ? {} : { createdMs: metadata.createdMs }),
    native: { state: state.state, reason: state.reason, domainType: root.attributes['type'], id: domain.id },
  };
  return { vm, metadata };
}

/** A size in bytes. What a daemon writes is always in KiB, whatever unit the definition had. */
function bytesOf({ name, attributes, text }: XmlElement): number {
  const { unit = 'KiB' } = attributes as { unit?: string };
  const kibibytes = Number(text);
  if (unit === 'KiB' && Number.isFinite(kibibytes)) return kibibytes * 1024;
  throw new HypervisorError({
    kind: 'internal',
    message: `The hypervisor sent a ${name} that makes no sense: ${JSON.stringify(text)} ${unit}`,
  });
}
