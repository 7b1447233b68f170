import { HypervisorError } from '../../error.ts';
import type { PoolSpec } from '../../spec/operations/pools.ts';

/** A simulated volume. */
export interface MemoryVolume {
  readonly name: string;
  readonly format: string;
  sizeBytes: number;
  /** What was written into it; all after that is zero. */
  content: Uint8Array;
  /** Room that was taken at once. */
  readonly allocated: boolean;
  readonly backing: string | undefined;
  /** The UUID of the secret that opens it, if it is encrypted. */
  readonly secret: string | undefined;
}

/** A simulated pool. */
export interface MemoryPool {
  readonly id: string;
  readonly spec: PoolSpec;
  active: boolean;
  readonly autostart: boolean;
  readonly capacityBytes: number;
  readonly volumes: Map<string, MemoryVolume>;
}

/** What a volume takes: what was written into it, or all of it. */
export const allocationOf = ({ allocated, sizeBytes, content }: MemoryVolume): number =>
  allocated ? sizeBytes : content.length;

/** What the volumes of a pool take. */
export function usedBytes(pool: MemoryPool): number {
  let sum = 0;
  for (const volume of pool.volumes.values()) sum += allocationOf(volume);
  return sum;
}

/**
 * Makes sure that there is room.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when there is not.
 */
export function assertRoom(pool: MemoryPool, bytes: number): void {
  const availableBytes = pool.capacityBytes - usedBytes(pool);
  if (bytes <= availableBytes) return;
  throw new HypervisorError({
    kind: 'capacity',
    message: `Pool ${JSON.stringify(pool.spec.name)} has ${availableBytes} bytes left, not ${bytes}`,
    details: { pool: pool.spec.name, availableBytes },
  });
}

/** The path that a volume would have on a host. */
export const pathOf = ({ spec }: MemoryPool, name: string): string => `${spec.path ?? `/memory/${spec.name}`}/${name}`;
