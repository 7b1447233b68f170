import type { RawCalls } from '../connection/raw-calls.ts';
import { flagWord } from '../domain/flags.ts';
import type { NonnullDomain, NonnullDomainCheckpoint } from '../protocol/remote-types.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import {
  checkpointDeleteBits,
  type CheckpointDeleteOptions,
  checkpointXmlBits,
  type CheckpointXMLOptions,
  listCheckpointChildrenBits,
  type ListCheckpointChildrenOptions,
} from './options.ts';

/**
 * A checkpoint of a domain: from where on the changes of its disks are known, for incremental backups. A reference by
 * name; its methods reject with {@link LibvirtError}.
 */
export class DomainCheckpoint {
  private readonly raw: RawCalls;
  private readonly reference: NonnullDomainCheckpoint;

  /**
   * @param raw - The calls of the connection that it belongs to.
   * @param reference - How the protocol names it.
   */
  constructor(raw: RawCalls, reference: NonnullDomainCheckpoint) {
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

  /** The reference that raw calls take as `checkpoint`. */
  get checkpoint(): NonnullDomainCheckpoint {
    return this.reference;
  }

  /** Its XML. */
  async getXMLDesc(options?: CheckpointXMLOptions): Promise<string> {
    const flags = flagWord(options, checkpointXmlBits);
    return (await this.raw.domainCheckpointGetXmlDesc({ checkpoint: this.reference, flags }, options)).xml;
  }

  /** The checkpoint before it; `LIBVIRT_NO_DOMAIN_CHECKPOINT` when there is none. */
  async getParent(options?: CallOptions): Promise<DomainCheckpoint> {
    const { parent } = await this.raw.domainCheckpointGetParent({ checkpoint: this.reference }, options);
    return new DomainCheckpoint(this.raw, parent);
  }

  /** The checkpoints after it. */
  async listAllChildren(options?: ListCheckpointChildrenOptions): Promise<DomainCheckpoint[]> {
    const flags = flagWord(options, listCheckpointChildrenBits);
    const args = { checkpoint: this.reference, needResults: 1, flags };
    const { checkpoints } = await this.raw.domainCheckpointListAllChildren(args, options);
    return checkpoints.map((reference) => new DomainCheckpoint(this.raw, reference));
  }

  /** Deletes it; what has changed since counts to the one before it. */
  delete(options?: CheckpointDeleteOptions): Promise<void> {
    const flags = flagWord(options, checkpointDeleteBits);
    return this.raw.domainCheckpointDelete({ checkpoint: this.reference, flags }, options);
  }

  /** Its name, and its domain's. */
  toJSON(): { name: string; domain: string } {
    return { name: this.name, domain: this.dom.name };
  }
}
