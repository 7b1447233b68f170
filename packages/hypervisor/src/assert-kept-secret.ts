import { HypervisorError } from './error.ts';
import type { Volume, VolumeSpec } from './spec/operations/volumes.ts';

/** What is known of a volume that another one begins as. */
type Original = Pick<Volume, 'pool' | 'name' | 'encryption'>;

/**
 * Makes sure that what is encrypted in one volume stays so in another one that is made of it.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CONFLICT when it would not, or would stand on top of it.
 */
export function assertKeptSecret(
  { pool, name, encryption }: VolumeSpec,
  { image, backing }: { readonly image?: Original | undefined; readonly backing?: Original | undefined },
): void {
  const refuse = (original: Original, why: string): never => {
    throw new HypervisorError({
      kind: 'conflict',
      message: `Volume ${original.pool}/${original.name} is encrypted; ${why}`,
      details: { pool, volume: name, original: `${original.pool}/${original.name}` },
    });
  };
  if (image?.encryption !== undefined && encryption === undefined)
    refuse(image, `its copy ${pool}/${name} must be too: give encryption`);
  if (backing?.encryption !== undefined) refuse(backing, `no volume can stand on top of it: make a full copy`);
}
