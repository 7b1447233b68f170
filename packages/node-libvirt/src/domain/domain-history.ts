import { DomainCheckpoint } from '../checkpoint/domain-checkpoint.ts';
import {
  checkpointCreateBits,
  type CheckpointCreateOptions,
  listCheckpointsBits,
  type ListCheckpointsOptions,
} from '../checkpoint/options.ts';
import { REMOTE_DOMAIN_SNAPSHOT_LIST_MAX } from '../protocol/remote-constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import { DomainSnapshot } from '../snapshot/domain-snapshot.ts';
import {
  listSnapshotsBits,
  type ListSnapshotsOptions,
  snapshotCreateBits,
  type SnapshotCreateOptions,
} from '../snapshot/options.ts';
import { type SnapshotTree, snapshotTrees } from '../snapshot/snapshot-tree.ts';
import { DomainMigration } from './domain-migration.ts';
import { flagWord } from './flags.ts';

/** A domain's snapshots and checkpoints. */
export abstract class DomainHistory extends DomainMigration {
  /**
   * Makes a snapshot from XML: `<domainsnapshot/>` for one with a name of libvirt's choice and everything in it.
   *
   * The snapshot's own methods revert to it and delete it.
   */
  async snapshotCreateXML(xml: string, options?: SnapshotCreateOptions): Promise<DomainSnapshot> {
    const flags = flagWord(options, snapshotCreateBits);
    const { snap } = await this.raw.domainSnapshotCreateXml({ dom: this.reference, xmlDesc: xml, flags }, options);
    return new DomainSnapshot(this.raw, snap);
  }

  /** Its snapshots. */
  async listAllSnapshots(options?: ListSnapshotsOptions): Promise<DomainSnapshot[]> {
    const flags = flagWord(options, listSnapshotsBits);
    const args = { dom: this.reference, needResults: 1, flags };
    const { snapshots } = await this.raw.domainListAllSnapshots(args, options);
    return snapshots.map((reference) => new DomainSnapshot(this.raw, reference));
  }

  /** Its snapshots as trees: each with those that were made on it. */
  listSnapshotTrees(options?: CallOptions): Promise<SnapshotTree[]> {
    return this.together(options, 'listSnapshotTrees', async (step) =>
      snapshotTrees(await this.listAllSnapshots({ ...step, roots: true }), step),
    );
  }

  /** How many snapshots it has. */
  async snapshotNum(options?: ListSnapshotsOptions): Promise<number> {
    const flags = flagWord(options, listSnapshotsBits);
    return (await this.raw.domainSnapshotNum({ dom: this.reference, flags }, options)).num;
  }

  /** The names of its snapshots. */
  async snapshotListNames(options?: ListSnapshotsOptions): Promise<readonly string[]> {
    const flags = flagWord(options, listSnapshotsBits);
    const args = { dom: this.reference, maxnames: REMOTE_DOMAIN_SNAPSHOT_LIST_MAX, flags };
    return (await this.raw.domainSnapshotListNames(args, options)).names;
  }

  /** Its snapshot of this name; `LIBVIRT_NO_DOMAIN_SNAPSHOT` when there is none. */
  async snapshotLookupByName(name: string, options?: CallOptions): Promise<DomainSnapshot> {
    const { snap } = await this.raw.domainSnapshotLookupByName({ dom: this.reference, name }, options);
    return new DomainSnapshot(this.raw, snap);
  }

  /** Whether it has a current snapshot. */
  async hasCurrentSnapshot(options?: CallOptions): Promise<boolean> {
    return (await this.raw.domainHasCurrentSnapshot({ dom: this.reference }, options)).result === 1;
  }

  /** Its current snapshot: the parent of the next; `LIBVIRT_NO_DOMAIN_SNAPSHOT` when there is none. */
  async snapshotCurrent(options?: CallOptions): Promise<DomainSnapshot> {
    return new DomainSnapshot(this.raw, (await this.raw.domainSnapshotCurrent({ dom: this.reference }, options)).snap);
  }

  /** Makes a checkpoint from XML: `<domaincheckpoint/>` for one with a name of libvirt's choice and all disks. */
  async checkpointCreateXML(xml: string, options?: CheckpointCreateOptions): Promise<DomainCheckpoint> {
    const flags = flagWord(options, checkpointCreateBits);
    const args = { dom: this.reference, xmlDesc: xml, flags };
    return new DomainCheckpoint(this.raw, (await this.raw.domainCheckpointCreateXml(args, options)).checkpoint);
  }

  /** Its checkpoints. */
  async listAllCheckpoints(options?: ListCheckpointsOptions): Promise<DomainCheckpoint[]> {
    const flags = flagWord(options, listCheckpointsBits);
    const args = { dom: this.reference, needResults: 1, flags };
    const { checkpoints } = await this.raw.domainListAllCheckpoints(args, options);
    return checkpoints.map((reference) => new DomainCheckpoint(this.raw, reference));
  }

  /** Its checkpoint of this name; `LIBVIRT_NO_DOMAIN_CHECKPOINT` when there is none. */
  async checkpointLookupByName(name: string, options?: CallOptions): Promise<DomainCheckpoint> {
    const { checkpoint } = await this.raw.domainCheckpointLookupByName({ dom: this.reference, name }, options);
    return new DomainCheckpoint(this.raw, checkpoint);
  }
}
