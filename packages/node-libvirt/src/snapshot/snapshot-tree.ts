import type { CallOptions } from '../rpc/call-options.ts';
import type { DomainSnapshot } from './domain-snapshot.ts';

/** A snapshot with those that were made on it. */
export interface SnapshotTree {
  readonly snapshot: DomainSnapshot;
  readonly children: readonly SnapshotTree[];
}

/** The snapshots with all below them. */
export function snapshotTrees(roots: readonly DomainSnapshot[], step: CallOptions): Promise<SnapshotTree[]> {
  return Promise.all(
    roots.map(async (snapshot) => ({
      snapshot,
      children: await snapshotTrees(await snapshot.listAllChildren(step), step),
    })),
  );
}
