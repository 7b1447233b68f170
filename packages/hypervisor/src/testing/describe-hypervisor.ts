import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HypervisorEvent } from '../spec/events.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import { backupTests } from './backup-tests.ts';
import { creationTests, type SuiteContext } from './creation-tests.ts';
import { deviceTests } from './device-tests.ts';
import { encryptionTests } from './encryption-tests.ts';
import { filterTests } from './filter-tests.ts';
import { expectError } from './expect-error.ts';
import { guestTests } from './guest-tests.ts';
import type { HypervisorHarness } from './harness.ts';
import { migrationTests } from './migration-tests.ts';
import { networkTests } from './network-tests.ts';
import { snapshotTests } from './snapshot-tests.ts';
import { stepTests } from './step-tests.ts';
import { storageTests } from './storage-tests.ts';
import { vmChangeTests } from './vm-change-tests.ts';

/**
 * The conformance suite of the {@link Hypervisor} interface: what an application counts on, whatever the driver.
 * Call it in a vitest file. Everything it makes is named `nova-conformance-…` and deleted after each test. How long calls
 * take to let go is left to {@link describeHypervisorSpeed}.
 *
 * @param name - Shown in the test report.
 * @param harness - How to open the driver and what it can make.
 *
 * @example
 * ```ts no-run
 * import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
 * import { describeHypervisor } from '@novacron/hypervisor/testing';
 *
 * describeHypervisor('memory', {
 *   open: async () => createMemoryHypervisor(),
 *   spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
 * });
 * ```
 */
export function describeHypervisor(name: string, harness: HypervisorHarness): void {
  const timeout = harness.testTimeoutMs ?? 20_000;
  describe(`${name}: conforms to the Hypervisor interface`, { timeout }, () => {
    let hypervisor: Hypervisor;
    let serial = 0;
    const freshName = (): string => `nova-conformance-${process.pid}-${++serial}`;
    const running = async (): Promise<string> => {
      const vm = await hypervisor.vms.create(harness.spec(freshName()), { start: true });
      await harness.booted?.(hypervisor, vm.id);
      return vm.id;
    };

    beforeAll(async () => {
      hypervisor = await harness.open();
    }, timeout);
    afterEach(async () => {
      const { items } = await hypervisor.vms.list({ namePrefix: `nova-conformance-${process.pid}-` });
      for (const vm of items) await hypervisor.vms.delete(vm.id, { force: true });
    }, timeout);
    afterAll(async () => {
      await hypervisor.close();
    }, timeout);

    const context: SuiteContext = {
      hypervisor: () => hypervisor,
      freshName,
      specOf: (vmName) => harness.spec(vmName),
      pool: harness.pool ?? 'default',
      snapshotSpecOf: harness.snapshotSpec && ((vmName) => harness.snapshotSpec?.(vmName) ?? harness.spec(vmName)),
    };
    creationTests(context);
    vmChangeTests(context);
    const { capabilities = {} } = harness;
    if (capabilities.volumes) storageTests(context);
    if (capabilities.devices && capabilities.volumes) deviceTests(context);
    if (capabilities.volumeEncryption) encryptionTests(context);
    if (capabilities.networks) networkTests(context);
    if (capabilities.filters) filterTests(context);
    if (capabilities.snapshots) snapshotTests(context);
    if (capabilities.guestAgent) guestTests(context);
    if (capabilities.backups && capabilities.definitions) backupTests(context);
    if (capabilities.steps) stepTests(context);
    if (capabilities.migration && harness.openDestination !== undefined)
      migrationTests(context, () => harness.openDestination?.() ?? harness.open());

    it('can do what the suite was told', () => {
      expect(hypervisor.capabilities).toMatchObject(capabilities);
    });

    it('lists filtered, sorted and limited', async () => {
      const names = [freshName(), freshName(), freshName()];
      for (const vmName of names) await hypervisor.vms.create(harness.spec(vmName));
      const namePrefix = `nova-conformance-${process.pid}-`;
      const listed = async (query: object): Promise<string[]> =>
        (await hypervisor.vms.list({ namePrefix, ...query })).items.map((vm) => vm.name);
      const sorted = names.toSorted();
      expect(await listed({})).toEqual(sorted);
      expect(await listed({ order: 'descending', limit: 2 })).toEqual(sorted.toReversed().slice(0, 2));
      expect(await listed({ states: ['running'] })).toEqual([]);
      expect(await listed({ states: ['stopped'], limit: 0 })).toEqual([]);
      const { items } = await hypervisor.vms.list({ namePrefix, sortBy: 'name', limit: 1, fields: ['state'] });
      expect(items).toEqual([{ id: expect.any(String) as string, state: 'stopped' }]);
    });

    it('knows no machine that is not there, in any operation', async () => {
      const nobody = freshName();
      const { vms, capabilities } = hypervisor;
      await expectError(vms.get(nobody), 'not-found', { vm: nobody });
      await expectError(vms.start(nobody), 'not-found');
      await expectError(vms.stop(nobody), 'not-found');
      await expectError(vms.reboot(nobody), 'not-found');
      await expectError(vms.delete(nobody), 'not-found');
      if (capabilities.suspend) await expectError(vms.suspend(nobody), 'not-found');
      if (capabilities.suspend) await expectError(vms.resume(nobody), 'not-found');
      if (capabilities.stats) {
        const { items, errors } = await vms.stats({ vms: [nobody] });
        expect(items).toEqual([]);
        expect(errors.map(({ kind, details }) => [kind, details['vm']])).toEqual([['not-found', nobody]]);
      }
    });

    it('starts, restarts and stops by force', async () => {
      const { id } = await hypervisor.vms.create(harness.spec(freshName()));
      expect((await hypervisor.vms.start(id)).state).toBe('running');
      expect((await hypervisor.vms.reboot(id, { force: true })).state).toBe('running');
      expect((await hypervisor.vms.stop(id, { force: true })).state).toBe('stopped');
    });

    it('asks the guest to shut down and waits until it is off', async () => {
      const id = await running();
      expect((await hypervisor.vms.stop(id, { afterGrace: 'fail', graceMs: 30_000 })).state).toBe('stopped');
    });

    it('asks the guest to restart', async () => {
      const id = await running();
      expect((await hypervisor.vms.reboot(id)).state).toBe('running');
    });

    it('suspends and resumes, or says that it can not', async () => {
      const id = await running();
      if (!hypervisor.capabilities.suspend) {
        await expectError(hypervisor.vms.suspend(id), 'unsupported');
        return expectError(hypervisor.vms.resume(id), 'unsupported');
      }
      expect((await hypervisor.vms.suspend(id)).state).toBe('paused');
      expect((await hypervisor.vms.get(id)).state).toBe('paused');
      expect((await hypervisor.vms.resume(id)).state).toBe('running');
    });

    it('refuses what the state does not allow, and says what it would', async () => {
      const { id } = await hypervisor.vms.create(harness.spec(freshName()), { start: true });
      const details = { state: 'running', allowed: expect.arrayContaining(['stopped']) };
      await expectError(hypervisor.vms.start(id), 'conflict', details);
      await expectError(hypervisor.vms.delete(id), 'conflict', details);
      if (hypervisor.capabilities.suspend) await expectError(hypervisor.vms.resume(id), 'conflict');
      await hypervisor.vms.stop(id, { force: true });
      await expectError(hypervisor.vms.stop(id), 'conflict', { state: 'stopped' });
      await expectError(hypervisor.vms.reboot(id), 'conflict', { state: 'stopped' });
    });

    it('deletes for good', async () => {
      const { id, name: vmName } = await hypervisor.vms.create(harness.spec(freshName()));
      await hypervisor.vms.delete(id);
      await expectError(hypervisor.vms.get(vmName), 'not-found');
      expect((await hypervisor.vms.list({ namePrefix: vmName })).items).toEqual([]);
    });

    it('deletes a running machine by force, and its name is free again', async () => {
      const spec = harness.spec(freshName());
      const first = await hypervisor.vms.create(spec, { start: true });
      await hypervisor.vms.delete(first.id, { force: true });
      const second = await hypervisor.vms.create(spec);
      expect(second.id).not.toBe(first.id);
    });

    it('measures what runs, a machine that vanished hiding no other, or says that it can not', async () => {
      if (!hypervisor.capabilities.stats) return expectError(hypervisor.vms.stats(), 'unsupported');
      const id = await running();
      const gone = await hypervisor.vms.create(harness.spec(freshName()));
      await hypervisor.vms.delete(gone.id);
      const { items, errors } = await hypervisor.vms.stats({ vms: [gone.id, id] });
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ vmId: id, state: 'running', cpu: { vcpus: expect.any(Number) } });
      expect(items[0]?.cpu?.timeSeconds).toBeGreaterThanOrEqual(0);
      expect(items[0]?.memory?.limitBytes).toBeGreaterThan(0);
      expect(errors.map(({ kind }) => kind)).toEqual(['not-found']);
      expect((await hypervisor.vms.stats()).items.map(({ vmId }) => vmId)).toContain(id);
    });

    it('tells the life of a machine in order, or says that it can not', async () => {
      const stop = new AbortController();
      const seen: HypervisorEvent[] = [];
      const events = hypervisor.events({ signal: stop.signal });
      if (!hypervisor.capabilities.events) {
        return expectError(events[Symbol.asyncIterator]().next(), 'unsupported');
      }
      const reading = (async () => {
        for await (const event of events) {
          seen.push(event);
          if (event.type === 'deleted') stop.abort();
        }
      })();
      const { id } = await hypervisor.vms.create(harness.spec(freshName()));
      await hypervisor.vms.start(id);
      await hypervisor.vms.stop(id, { force: true });
      await hypervisor.vms.delete(id);
      await reading;
      const types = seen.flatMap((event) => ('vmId' in event && event.vmId === id ? [event.type] : []));
      expect(types.filter((type) => ['created', 'started', 'stopped', 'deleted'].includes(type))).toEqual([
        'created',
        'started',
        'stopped',
        'deleted',
      ]);
    });

    it('lets go of a reader that leaves while it waits', async () => {
      if (!hypervisor.capabilities.events) return;
      const events = hypervisor.events()[Symbol.asyncIterator]();
      const waiting = events.next();
      expect(await events.return?.()).toMatchObject({ done: true });
      expect(await waiting).toMatchObject({ done: true });
      expect(await events.next()).toMatchObject({ done: true });
    });

    it('describes its host, if it has one', async () => {
      expect(hypervisor.host !== undefined).toBe(hypervisor.capabilities.host);
      const info = await hypervisor.host?.info();
      if (info === undefined) return;
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(0);
      expect(info.hostname).not.toBe('');
    });

    it('stops waiting when the signal fires, before or during a call', async () => {
      await expectError(hypervisor.vms.list({}, { signal: AbortSignal.abort() }), 'aborted');
      const { id } = await hypervisor.vms.create(harness.spec(freshName()));
      const stop = new AbortController();
      const starting = hypervisor.vms.start(id, { signal: stop.signal });
      stop.abort();
      await expectError(starting, 'aborted');
      await expect.poll(async () => (await hypervisor.vms.get(id)).state, { timeout }).toMatch(/^(running|stopped)$/);
    });

    it('can be closed twice and says so afterwards', async () => {
      const other = await harness.open();
      await other.close();
      await other.close();
      await expectError(other.vms.list(), 'unavailable');
      if (!other.capabilities.events) return;
      await expectError(other.events()[Symbol.asyncIterator]().next(), 'unavailable');
    });
  });
}
