import { createHypervisorPool, type Hypervisor, type HypervisorPool, type PlacedVm } from '@novacron/hypervisor';
import { applyMiddleware, audit, policy, retry, timeout, type AuditRecord } from '@novacron/hypervisor/middleware';

/** What people may ask for. */
export const sizes = {
  small: { vcpus: 1, memoryBytes: 1024 ** 3 },
  large: { vcpus: 4, memoryBytes: 8 * 1024 ** 3 },
} as const;

/** Machines for people: each has a quota, and may only touch what is theirs. */
export class SelfService {
  readonly pool: HypervisorPool;
  readonly #quota: number;

  /**
   * @param hosts - By name.
   * @param quota - How many machines each owner may have.
   * @param write - Where records of changes go.
   */
  constructor(hosts: Readonly<Record<string, Hypervisor>>, quota: number, write: (record: AuditRecord) => void) {
    const careful = Object.entries(hosts).map(([name, hypervisor]) => [
      name,
      applyMiddleware(
        hypervisor,
        policy(({ operation }) => (operation === 'setPassword' ? 'people log in with their keys' : true)),
        audit({ write }),
        retry({ attempts: 3 }),
        timeout({ readMs: 30_000 }),
      ),
    ]);
    this.pool = createHypervisorPool(Object.fromEntries(careful) as Record<string, Hypervisor>, { policy: 'balanced' });
    this.#quota = quota;
  }

  /** The machines of an owner. */
  async list(owner: string): Promise<readonly PlacedVm[]> {
    const { items } = await this.pool.list();
    return items.filter((vm) => vm.owner === owner);
  }

  /** Makes a machine; those of one owner stand on different hosts as far as that is possible. */
  async request(owner: string, name: string, size: keyof typeof sizes): Promise<PlacedVm> {
    const own = await this.list(owner);
    if (own.length >= this.#quota) throw new Error(`${owner} has ${own.length} machines, which is all that is allowed`);
    const tags = { owner };
    return this.pool.create(
      { name: `${owner}-${name}`, owner, tags, ...sizes[size] },
      { start: true, affinity: [{ kind: 'apart', tags, required: false }] },
    );
  }

  /** Gives a machine back. */
  async release(owner: string, name: string): Promise<void> {
    const found = await this.pool.find(`${owner}-${name}`);
    if (found.owner !== owner) throw new Error(`${found.name} is not a machine of ${owner}`);
    await this.pool.host(found.host).vms.delete(found.id, { stop: { graceMs: 30_000 } });
  }
}
