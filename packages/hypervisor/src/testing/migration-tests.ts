import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { MigrationOperations, MigrationProgress } from '../spec/operations/migrations.ts';
import type { VmJob } from '../spec/operations/vm-details.ts';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** Moves of machines to a second host, with their guests running and without. */
export function migrationTests(
  { hypervisor, freshName, specOf }: SuiteContext,
  openDestination: () => Promise<Hypervisor>,
): void {
  let there: Hypervisor;
  const migrations = (from: Hypervisor = hypervisor()): MigrationOperations => {
    if (from.migrations === undefined) throw new Error('capabilities.migration is true, but there are no migrations');
    return from.migrations;
  };

  beforeAll(async () => {
    there = await openDestination();
  });
  afterEach(async () => {
    const { items } = await there.vms.list({ namePrefix: `nova-conformance-${process.pid}-` });
    for (const vm of items) await there.vms.delete(vm.id, { force: true });
  });
  afterAll(() => there.close());

  it('moves a machine that runs, and its definition goes with it', async () => {
    const { id, name } = await hypervisor().vms.create({ ...specOf(freshName()), tags: { a: 'b' } }, { start: true });
    expect(await migrations().check(id, there)).toMatchObject({ ok: true });
    const steps: string[] = [];
    const seen: MigrationProgress[] = [];
    const jobs: Promise<VmJob | undefined>[] = [];
    const from = hypervisor();
    const result = await migrations().migrate(name, there, {
      onStep: ({ step }) => steps.push(step),
      onProgress: (progress) => {
        seen.push(progress);
        const gone = (): undefined => undefined; // it may have arrived meanwhile
        if (from.capabilities.details && progress.phase === 'memory')
          jobs.push(Promise.resolve(from.vms.details?.(id)).then((details) => details?.job, gone));
      },
    });
    for (const job of await Promise.all(jobs)) if (job !== undefined) expect(job.operation).toBe('migration-out');
    expect(result).toMatchObject({
      mode: 'live',
      definitionKept: false,
      volumes: [],
      vm: { id, name, state: 'running' },
    });
    expect(result.durationMs).toBeGreaterThan(0);
    expect(steps).toEqual(['checked', 'moved']);
    expect(seen.at(-1)).toMatchObject({ phase: 'done', remainingBytes: 0 });
    await expectError(hypervisor().vms.get(id), 'not-found');
    expect(await there.vms.get(id)).toMatchObject({ name, state: 'running', tags: { a: 'b' } });
    expect((await there.vms.stop(id, { force: true })).state).toBe('stopped');
  });

  it('moves a machine that is off, and one that is paused stays so', async () => {
    const off = await hypervisor().vms.create(specOf(freshName()));
    expect(await migrations().migrate(off.id, there)).toMatchObject({ mode: 'offline', vm: { state: 'stopped' } });
    await expectError(hypervisor().vms.get(off.id), 'not-found');
    const paused = await hypervisor().vms.create(specOf(freshName()), { start: true });
    await hypervisor().vms.suspend(paused.id);
    expect((await migrations().migrate(paused.id, there)).vm.state).toBe('paused');
    expect((await there.vms.resume(paused.id)).state).toBe('running');
  });

  it('keeps the definition when that is asked for, and goes back to it', async () => {
    const { id } = await hypervisor().vms.create(specOf(freshName()), { start: true });
    const options = { keepDefinition: true };
    expect(await migrations().migrate(id, there, options)).toMatchObject({ definitionKept: true });
    expect((await hypervisor().vms.get(id)).state).toBe('stopped');
    await migrations(there).migrate(id, hypervisor());
    expect((await hypervisor().vms.get(id)).state).toBe('running');
    await expectError(there.vms.get(id), 'not-found');
  });

  it('refuses what can not work, says all of it, and changes nothing', async () => {
    const spec = specOf(freshName());
    const { id, name } = await hypervisor().vms.create(spec);
    const same = await migrations().check(id, hypervisor());
    expect(same).toMatchObject({ ok: false, problems: [{ subject: 'host', blocking: true }] });
    const wrong = await migrations().check(id, there, { mode: 'live' });
    expect(wrong.problems).toContainEqual(expect.objectContaining({ subject: 'state', blocking: true }));
    await there.vms.create({ ...spec, name });
    await expectError(migrations().migrate(id, there), 'invalid', {
      problems: [expect.objectContaining({ subject: 'name' })],
    });
    const other = freshName();
    expect((await migrations().migrate(id, there, { destinationName: other })).vm.name).toBe(other);
    await expectError(migrations().check(other, there), 'not-found');
    await expectError(
      migrations(there).migrate(id, hypervisor(), { maxDowntimeMs: 0, mode: 'fast' as 'live' }),
      'invalid',
      { problems: [expect.objectContaining({ path: 'mode' }), expect.objectContaining({ path: 'maxDowntimeMs' })] },
    );
    expect((await there.vms.get(id)).state).toBe('stopped');
  });

  it('is aborted by its signal: the machine goes on where it was', async () => {
    const { id } = await hypervisor().vms.create(specOf(freshName()), { start: true });
    const stop = new AbortController();
    stop.abort();
    await expectError(migrations().migrate(id, there, { signal: stop.signal }), 'aborted');
    expect((await hypervisor().vms.get(id)).state).toBe('running');
    await expectError(there.vms.get(id), 'not-found');
  });
}
