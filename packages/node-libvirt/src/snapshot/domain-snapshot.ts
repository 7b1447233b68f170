import type { RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import { REMOTE_DOMAIN_SNAPSHOT_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { NonnullDomain, NonnullDomainSnapshot } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import {
  listSnapshotChildrenBits,
  type ListSnapshotChildrenOptions,
  snapshotDeleteBits,
  type SnapshotDeleteOptions,
  snapshotRevertBits,
  type SnapshotRevertOptions,
  snapshotXmlBits,
  type SnapshotXMLOptions,
} from './options.ts';

/** A snapshot of a domain; a reference by name. Its methods reject with {@link LibvirtError}. */
export class DomainSnapshot {
  private readonly raw: RawCalls;
  private readonly reference: NonnullDomainSnapshot;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullDomainSnapshot) {
    this.raw = raw;
    this.reference = reference;
  }

  /** Its name. */
  get name(): string {
    return this.reference.name;
  }

  /** The reference that raw calls take as `dom`: its domain. */
  get dom(): NonnullDomain {
    return this.reference.dom;
  }

  /** The reference that raw calls take as `snap`. */
  get snap(): NonnullDomainSnapshot {
    return this.reference;
  }

  /** Its XML, with that of the domain as it was. */
  async getXMLDesc(options?: SnapshotXMLOptions): Promise<string> {
    const flags = flagWord(options, snapshotXmlBits);
    return (await this.raw.domainSnapshotGetXmlDesc({ snap: this.reference, flags }, options)).xml;
  }

  /** The snapshot that it was made on; `LIBVIRT_NO_DOMAIN_SNAPSHOT` when there is none. */
  async getParent(options?: CallOptions): Promise<DomainSnapshot> {
    return new DomainSnapshot(
      this.raw,
      (await this.raw.domainSnapshotGetParent({ snap: this.reference }, options)).snap,
    );
  }

  /** The snapshots that were made on it. */
  async listAllChildren(options?: ListSnapshotChildrenOptions): Promise<DomainSnapshot[]> {
    const flags = flagWord(options, listSnapshotChildrenBits);
    const args = { snapshot: this.reference, needResults: 1, flags };
    const { snapshots } = await this.raw.domainSnapshotListAllChildren(args, options);
    return snapshots.map((reference) => new DomainSnapshot(this.raw, reference));
  }

  /** How many snapshots were made on it. */
  async numChildren(options?: ListSnapshotChildrenOptions): Promise<number> {
    const flags = flagWord(options, listSnapshotChildrenBits);
    return (await this.raw.domainSnapshotNumChildren({ snap: this.reference, flags }, options)).num;
  }

  /** The names of the snapshots that were made on it. */
  async listChildrenNames(options?: ListSnapshotChildrenOptions): Promise<readonly string[]> {
    const flags = flagWord(options, listSnapshotChildrenBits);
    const args = { snap: this.reference, maxnames: REMOTE_DOMAIN_SNAPSHOT_LIST_MAX, flags };
    return (await this.raw.domainSnapshotListChildrenNames(args, options)).names;
  }

  /** Whether it is the current one: the parent of the next. */
  async isCurrent(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainSnapshotIsCurrent({ snap: this.reference }, options)).current === 1;
  }

  /** Whether libvirt's books on it keep its domain from being undefined. */
  async hasMetadata(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainSnapshotHasMetadata({ snap: this.reference }, options)).metadata === 1;
  }

  /** Takes its domain back to it (`virDomainRevertToSnapshot`). */
  revert(options?: SnapshotRevertOptions): Promise<void> {
    const flags = flagWord(options, snapshotRevertBits);
    return this.raw.domainRevertToSnapshot({ snap: this.reference, flags }, options);
  }

  /** Deletes it; its domain stays as it is. */
  delete(options?: SnapshotDeleteOptions): Promise<void> {
    const flags = flagWord(options, snapshotDeleteBits);
    return this.raw.domainSnapshotDelete({ snap: this.reference, flags }, options);
  }

  /** Its name, and its domain's. */
  toJSON(): { name: string; domain: string } {
    return { name: this.name, domain: this.dom.name };
  }
}
