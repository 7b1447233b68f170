import type { Hypervisor } from '@novacron/hypervisor';
import { createBackupStore, type Backup } from '@novacron/hypervisor/library';

/** How the backups of a night are made. */
export interface NightlyOptions {
  /** The pool that they are kept in. */
  readonly pool: string;
  /** How many chains of a full backup and its changes are kept for each machine. */
  readonly keep: number;
  /** A full backup is made after so many of what has changed. */
  readonly changesPerFull: number;
  /** Only machines that have this tag; its value does not matter. */
  readonly tag?: string | undefined;
}

/** What became of a machine. */
export interface NightlyResult {
  readonly vm: string;
  /** The backup that was made. */
  readonly backup?: Backup;
  /** What is wrong with it, or why there is none. */
  readonly problems: readonly string[];
  /** Old backups that were deleted. */
  readonly deleted: readonly string[];
}

/** Backs up every machine, one after the other; one that fails stops no other. */
export async function backUpAll(hypervisor: Hypervisor, options: NightlyOptions): Promise<readonly NightlyResult[]> {
  const { items } = await hypervisor.vms.list();
  const results: NightlyResult[] = [];
  for (const { id, name, tags } of items) {
    if (options.tag !== undefined && tags[options.tag] === undefined) continue;
    try {
      results.push(await backUp(hypervisor, id, name, options));
    } catch (error) {
      results.push({ vm: name, problems: [(error as Error).message], deleted: [] });
    }
  }
  return results;
}

async function backUp(
  hypervisor: Hypervisor,
  id: string,
  vm: string,
  { pool, keep, changesPerFull }: NightlyOptions,
): Promise<NightlyResult> {
  const store = createBackupStore(hypervisor, { pool });
  const [latest] = chains(await store.list(id));
  const incremental = latest !== undefined && latest.length <= changesPerFull;
  const backup = await store.create(id, { incremental });
  const problems = await store.verify(backup);
  const deleted: string[] = [];
  if (problems.length === 0) {
    for (const chain of chains(await store.list(id)).slice(keep)) {
      for (const old of chain) {
        await store.delete(old);
        deleted.push(old.name);
      }
    }
  }
  return { vm, backup, problems, deleted };
}

/** Backups, the newest first, as chains: each ends with a full one. */
function chains(backups: readonly Backup[]): readonly (readonly Backup[])[] {
  const found: Backup[][] = [];
  let chain: Backup[] = [];
  for (const backup of backups) {
    chain.push(backup);
    if (backup.since !== undefined) continue;
    found.push(chain);
    chain = [];
  }
  return found;
}
