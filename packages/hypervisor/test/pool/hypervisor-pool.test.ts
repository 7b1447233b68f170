import { createHypervisorPool, type HypervisorPool, type HypervisorPoolOptions } from '@novacron/hypervisor';
import { createMemoryHypervisor, type MemoryHypervisor } from '@novacron/hypervisor/memory';
import { readOnly } from '@novacron/hypervisor/middleware';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

const gibibyte = 1024 ** 3;
const none = [0, 0] as const;
const latenciesMs = { create: none, start: none, stop: none, delete: none };

let open: HypervisorPool | undefined;
afterEach(() => open?.close());

/** Hosts of 8 CPUs and 8 GiB each. */
function pool(
  options?: HypervisorPoolOptions,
  names = ['a', 'b', 'c'],
): { pool: HypervisorPool; hosts: Record<string, MemoryHypervisor> } {
  const hosts = Object.fromEntries(
    names.map((name, index) => [
      name,
      createMemoryHypervisor({ name, seed: index + 1, latenciesMs, capacity: { cpus: 8, memoryBytes: 8 * gibibyte } }),
    ]),
  );
  open = createHypervisorPool(hosts, options);
  return { pool: open, hosts };
}

describe('several hosts as one', () => {
  it('spreads, packs, or balances machines', async () => {
    const where = async (policy: 'spread' | 'pack' | 'balanced'): Promise<string> => {
      const { pool: own } = pool({ policy });
      const sizes = [4, 1, 1, 1];
      let hosts = '';
      for (const [index, size] of sizes.entries())
        hosts += (await own.create({ name: `vm-${index}`, memoryBytes: size * gibibyte })).host;
      await own.close();
      return hosts;
    };
    expect(await where('spread')).toBe('abcb');
    expect(await where('pack')).toBe('aaaa');
    expect(await where('balanced')).toBe('abcb');
  });

  it('promises no more than the rules allow, and says why nobody can', async () => {
    const { pool: own } = pool({ overcommit: { cpu: 1, memory: 0.5 }, reservedMemoryBytes: 2 * gibibyte }, ['a', 'b']);
    await own.create({ name: 'one', memoryBytes: 3 * gibibyte });
    await own.create({ name: 'two', memoryBytes: 2 * gibibyte, vcpus: 8 });
    await expect(own.create({ name: 'three', memoryBytes: gibibyte })).rejects.toMatchObject({
      code: 'NOVA_HYPERVISOR_CAPACITY',
      message: expect.stringContaining('a: 0 bytes of memory are left; b: 8 of 8 virtual CPUs are promised'),
    });
    expect((await own.place({ name: 'wide', vcpus: 9 })).candidates.map(({ reason }) => reason)).toEqual([
      'it has 8 CPUs, not 9',
      'it has 8 CPUs, not 9',
    ]);
  });

  it('promises nothing twice, however many ask at once', async () => {
    const { pool: own } = pool({ overcommit: { memory: 1 } });
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => own.create({ name: `vm-${index}`, memoryBytes: gibibyte })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(24);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ kind: 'capacity' });
    expect((await own.hosts()).map(({ usage }) => usage?.promisedMemoryBytes)).toEqual(
      Array.from({ length: 3 }, () => 8 * gibibyte),
    );
  });

  it('goes to the next host when the best one has no room after all', async () => {
    const { pool: own, hosts } = pool({ policy: 'spread' });
    hosts['a']?.inject({ operation: 'create', with: 'capacity' });
    expect((await own.create({ name: 'x' })).host).toBe('b');
    for (const host of Object.values(hosts)) host.inject({ operation: 'create', with: 'capacity' });
    await expect(own.create({ name: 'y' })).rejects.toMatchObject({ kind: 'capacity' });
    hosts['a']?.inject({ operation: 'create', with: 'internal' });
    await expect(own.create({ name: 'z', tags: {} }, { hosts: ['a'] })).rejects.toMatchObject({ kind: 'internal' });
  });

  it('keeps machines together or apart, as a rule or as a wish', async () => {
    const { pool: own } = pool();
    const db = { app: 'db' };
    await own.create({ name: 'db-1', tags: db }, { hosts: ['b'] });
    expect((await own.create({ name: 'cache' }, { affinity: [{ kind: 'together', tags: db }] })).host).toBe('b');
    expect((await own.create({ name: 'db-2', tags: db }, { affinity: [{ kind: 'apart', tags: db }] })).host).toBe('a');
    expect((await own.create({ name: 'db-3', tags: db }, { affinity: [{ kind: 'apart', tags: db }] })).host).toBe('c');
    const fourth = { name: 'db-4', tags: db };
    await expect(own.create(fourth, { affinity: [{ kind: 'apart', tags: db }] })).rejects.toMatchObject({
      kind: 'capacity',
      message: expect.stringContaining('apart with app=db does not hold'),
    });
    // A wish of its own, but the others were promised that no such machine comes to them.
    expect((await own.create(fourth, { affinity: [{ kind: 'apart', tags: db, required: false }] })).host).toBe('b');
  });

  it('remembers the rules that a machine was made with, also in another program', async () => {
    const { pool: own, hosts } = pool();
    const db = { app: 'db' };
    const affinity = [{ kind: 'apart', tags: db }] as const;
    for (const name of ['db-1', 'db-2']) await own.create({ name, tags: db }, { affinity });
    const other = createHypervisorPool(hosts);
    const { host } = await other.find('db-1');
    const { moved } = await other.enterMaintenance(host);
    expect(moved).toEqual([{ vm: 'db-1', host: 'c' }]);
    const [second] = (await other.enterMaintenance((await other.find('db-2')).host)).failed;
    expect(second).toMatchObject({ vm: 'db-2', error: { kind: 'capacity' } }); // the only host left has db-1
    await expect(other.migrate('db-2', undefined, { affinity: [] })).rejects.toMatchObject({
      details: { candidates: expect.arrayContaining([expect.objectContaining({ host: 'c' })]) as unknown },
    });
  });

  it('is not led astray by what somebody else has written into the tag', async () => {
    const { pool: own } = pool();
    for (const [index, text] of ['', '{', '7', '[null, {"kind":"near"}]'].entries())
      await own.create({ name: `vm-${index}`, tags: { 'nova.affinity': text } });
    expect((await own.enterMaintenance('a')).failed).toEqual([]);
  });

  it('makes one machine for one token, one after the other and at once', async () => {
    const { pool: own, hosts } = pool({ policy: 'spread' });
    const spec = { name: 'x', memoryBytes: gibibyte };
    const atOnce = await Promise.all([1, 2, 3].map(() => own.create(spec, { clientToken: 'once' })));
    const later = await own.create(spec, { clientToken: 'once', start: true });
    expect(new Set([...atOnce, later].map(({ id, host }) => `${id} ${host}`)).size).toBe(1);
    expect(later.state).toBe('running');
    await own.migrate('x');
    expect(await own.create(spec, { clientToken: 'once' })).toMatchObject({ id: later.id, host: 'b' });
    await expect(own.create(spec, { clientToken: 'other' })).rejects.toMatchObject({ kind: 'already-exists' });
    const same = await Promise.allSettled([1, 2].map(() => own.create({ name: 'y' })));
    expect(same.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((await own.list()).items.map(({ name }) => name)).toEqual(['x', 'y']);
    hosts['a']?.inject({ operation: 'create', with: 'capacity', times: 9 });
    hosts['c']?.inject({ operation: 'create', with: 'capacity', times: 9 });
    const next = await Promise.all([1, 2].map(() => own.create({ name: 'z' }, { clientToken: 'next' })));
    expect(next.map(({ id, host }) => [id, host])).toEqual([1, 2].map(() => [next[0]?.id, 'b']));
  });

  it('keeps machines apart that are made at the same time, if only the first one asks for it', async () => {
    const { pool: own } = pool({}, ['a', 'b']);
    const db = { app: 'db' };
    const asked = [{ affinity: [{ kind: 'apart', tags: db }] as const }, {}, {}];
    const made = await Promise.allSettled(
      asked.map((options, index) => own.create({ name: `db-${index}`, tags: db }, options)),
    );
    const where = made.map((each) => (each.status === 'fulfilled' ? each.value.host : 'none'));
    expect(where).toEqual(['a', 'b', 'b']);
  });

  it('does not wait for a host that hangs longer than it is told', async () => {
    const { pool: own, hosts } = pool({ hostTimeoutMs: 50 });
    const { a } = hosts;
    if (a === undefined) throw new Error('there is no host');
    const never = (): Promise<never> => new Promise(() => {});
    const hanging = createHypervisorPool({ ...hosts, a: { ...a, vms: { ...a.vms, list: never, get: never } } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const calls = [
      hanging.create({ name: 'late' }, { timeoutMs: 20 }),
      hanging.create({ name: 'stopped' }, { signal: stop.signal }),
      hanging.list({}, { timeoutMs: 20 }),
      hanging.find('x', { timeoutMs: 20 }),
      hanging.hosts({ timeoutMs: 20 }),
      hanging.place({ name: 'x' }, {}, { timeoutMs: 20 }),
      hanging.migrate('x', undefined, { timeoutMs: 20 }),
    ];
    const kinds = (await Promise.allSettled(calls)).map(
      (each) => (each as { reason?: { kind?: unknown } }).reason?.kind,
    );
    expect(kinds).toEqual(['timeout', 'aborted', 'timeout', 'timeout', 'timeout', 'timeout', 'timeout']);
    // Without a limit of the caller's, the pool's own one holds.
    const other = createHypervisorPool(
      { ...hosts, a: { ...a, vms: { ...a.vms, list: never, get: never } } },
      { hostTimeoutMs: 20 },
    );
    expect((await other.create({ name: 'x' })).host).toBe('b');
    expect((await other.place({ name: 'y' })).candidates.at(-1)).toEqual({
      host: 'a',
      reason: 'it can not be reached',
    });
    expect((await own.list()).items.map(({ name }) => name)).toEqual(['x']);
    await expect(other.enterMaintenance('a')).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('finds and lists machines wherever they are; a host that is away hides no other', async () => {
    const { pool: own, hosts } = pool();
    for (const [index, name] of ['a', 'b', 'c'].entries()) await own.create({ name: `vm-${index}` }, { hosts: [name] });
    const listed = await own.list({ order: 'descending', limit: 2 });
    expect(listed.items.map(({ name, host }) => `${name} ${host}`)).toEqual(['vm-2 c', 'vm-1 b']);
    const [short] = (await own.list({ sortBy: 'name', fields: ['state'] })).items;
    expect(short).toStrictEqual({ id: expect.any(String) as string, state: 'stopped', host: 'a' });
    const found = await own.find('vm-1');
    expect(found.host).toBe('b');
    expect(await own.find(found.id)).toEqual(found);
    await expect(own.find('nobody')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(own.create({ name: 'vm-1' })).rejects.toMatchObject({ kind: 'already-exists' });
    await hosts['a']?.vms.create({ name: 'vm-1' });
    await expect(own.find('vm-1')).rejects.toMatchObject({ kind: 'conflict', details: { hosts: ['a', 'b'] } });
    await hosts['c']?.close();
    expect(await own.list()).toMatchObject({ items: { length: 3 }, errors: [{ kind: 'unavailable' }] });
    await expect(own.find('vm-2')).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await own.hosts()).map(({ error }) => error?.kind)).toEqual([undefined, undefined, 'unavailable']);
    expect((await own.place({ name: 'x' })).candidates.at(-1)).toEqual({ host: 'c', reason: 'it can not be reached' });
  });

  it('empties a host for maintenance, and gives it nothing until that is over', async () => {
    const { pool: own, hosts } = pool({}, ['a', 'b']);
    const memoryBytes = gibibyte / 8;
    await own.create({ name: 'on', memoryBytes }, { hosts: ['a'], start: true });
    await own.create({ name: 'off', memoryBytes }, { hosts: ['a'] });
    await own.create(
      { name: 'stuck', memoryBytes, disks: [{ create: { pool: 'default', sizeBytes: 1 } }] },
      { hosts: ['a'] },
    );
    const { moved, failed } = await own.enterMaintenance('a');
    expect(moved).toEqual([
      { vm: 'off', host: 'b' },
      { vm: 'on', host: 'b' },
    ]);
    expect(failed).toEqual([{ vm: 'stuck', error: expect.objectContaining({ kind: 'invalid' }) }]);
    expect((await own.find('on')).state).toBe('running');
    expect((await own.enterMaintenance('a', { storage: 'copy' })).moved).toEqual([{ vm: 'stuck', host: 'b' }]);
    expect((await own.create({ name: 'new', memoryBytes })).host).toBe('b');
    own.exitMaintenance('a');
    expect((await own.create({ name: 'newer', memoryBytes })).host).toBe('a');
    expect((await own.migrate('new')).host).toBe('a');
    expect((await own.migrate('new', 'b')).host).toBe('b');
    expect((await hosts['b']?.vms.get('new'))?.name).toBe('new');
    expect((await own.enterMaintenance('b', { stopped: 'stay' })).moved).toEqual([{ vm: 'on', host: 'a' }]);
  });

  it('holds its rules whatever is placed in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ vcpus: fc.integer({ min: 1, max: 9 }), gib: fc.integer({ min: 1, max: 5 }) }), {
          maxLength: 25,
        }),
        fc.constantFrom('spread' as const, 'pack' as const, 'balanced' as const),
        async (asked, policy) => {
          const { pool: own } = pool({ policy, overcommit: { cpu: 2, memory: 1 } });
          await Promise.allSettled(
            asked.map(({ vcpus, gib }, index) =>
              own.create({ name: `vm-${index}`, vcpus, memoryBytes: gib * gibibyte }),
            ),
          );
          for (const { usage } of await own.hosts()) {
            expect(usage?.promisedVcpus).toBeLessThanOrEqual(16);
            expect(usage?.promisedMemoryBytes).toBeLessThanOrEqual(8 * gibibyte);
          }
          await own.close();
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses options that make no sense, and hosts it can not look into', async () => {
    expect(() => createHypervisorPool({})).toThrow(/hosts must name a host/);
    const host = createMemoryHypervisor();
    const wrong = { policy: 'random' as never, overcommit: { cpu: 0 }, reservedMemoryBytes: -1, hostTimeoutMs: 0 };
    expect(() => createHypervisorPool({ host }, wrong)).toThrow(
      /policy .*overcommit.cpu .*reservedMemoryBytes.*hostTimeoutMs/,
    );
    const blind = { ...host, capabilities: { ...host.capabilities, host: false } };
    expect(() => createHypervisorPool({ blind })).toThrow(/capability host/);
    const own = createHypervisorPool({ host: readOnly()(host) });
    expect(() => own.host('other')).toThrow(/no host "other"; it has host/);
    await expect(own.create({ name: 'x' })).rejects.toMatchObject({ kind: 'permission' });
    await own.close();
  });
});
