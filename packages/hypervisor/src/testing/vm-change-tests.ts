import { expect, it } from 'vitest';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** What is said of machines, and the states and sizes that only some drivers have. */
export function vmChangeTests({ hypervisor, freshName, specOf }: SuiteContext): void {
  const vms = (): Required<ReturnType<typeof hypervisor>['vms']> =>
    hypervisor().vms as Required<ReturnType<typeof hypervisor>['vms']>;

  it('plans without doing, and names all that speaks against it', async () => {
    if (!hypervisor().capabilities.plan) return;
    const spec = specOf(freshName());
    expect(await vms().plan(spec)).toMatchObject({ ok: true, problems: [], actions: [`define VM ${spec.name}`] });
    await expectError(vms().get(spec.name), 'not-found');
    const wrong = await vms().plan({ ...spec, vcpus: 0, networks: [{}] });
    expect(wrong.problems.map(({ path, step }) => [step, path])).toEqual([
      ['spec', 'vcpus'],
      ['spec', 'networks[0].network'],
    ]);
    const { id } = await vms().create(spec);
    const nowhere = freshName();
    const disks = [{ create: { pool: nowhere, sizeBytes: 1 } }];
    const blocked = await vms().plan({ ...spec, memoryBytes: 2 ** 50, networks: [{ network: nowhere }], disks });
    expect(blocked.ok).toBe(false);
    expect(blocked.problems.map(({ path, step }) => [step, path])).toEqual(
      expect.arrayContaining([
        ['host', 'name'],
        ['host', 'memoryBytes'],
        ['host', 'networks[0].network'],
        ['host', 'disks[0].create.pool'],
      ]),
    );
    await expectError(vms().create({ ...specOf(freshName()), memoryBytes: 2 ** 50 }, { checkHost: true }), 'invalid', {
      problems: [expect.objectContaining({ path: 'memoryBytes' })],
    });
    await vms().delete(id);
  });

  it('keeps what people say of a machine, and finds it by that', async () => {
    if (!hypervisor().capabilities.metadata) return;
    const spec = { ...specOf(freshName()), tags: { role: 'web', old: '1' }, owner: 'ops', category: 'staging' };
    const { id, name } = await vms().create(spec);
    expect(await vms().get(id)).toMatchObject({ owner: 'ops', category: 'staging' });
    const word = `w${name.replaceAll(/\D/g, '')}`;
    const changed = await vms().update(id, {
      tags: { role: '<db>' },
      description: '',
      owner: 'dba',
      notes: `first\n${word} & "more"`,
    });
    const wanted = { tags: { role: '<db>' }, owner: 'dba', category: 'staging', notes: `first\n${word} & "more"` };
    expect(changed).toMatchObject(wanted);
    const read = await vms().get(id);
    expect(read).toMatchObject(wanted);
    expect(read.description).toBeUndefined();
    expect(read.createdMs).toBeGreaterThan(0);
    expect((await vms().list({ search: word.toUpperCase() })).items.map((vm) => vm.id)).toEqual([id]);
    await expectError(vms().update(id, { tags: { a: '\u0000' } }), 'invalid');
  });

  it('renames a machine that is off', async () => {
    if (!hypervisor().capabilities.rename) return;
    const { id, name } = await vms().create(specOf(freshName()));
    const other = freshName();
    expect(await vms().rename(id, other)).toMatchObject({ id, name: other });
    await expectError(vms().get(name), 'not-found');
    await expectError(vms().rename(id, 'a/b'), 'invalid');
    await vms().start(id);
    await expectError(vms().rename(id, name), 'conflict', { state: 'running', allowed: ['stopped', 'crashed'] });
  });

  it('tells all there is to know', async () => {
    if (!hypervisor().capabilities.details) return;
    const { id, name } = await vms().create(specOf(freshName()));
    expect(await vms().details(id)).toMatchObject({ id, name, state: 'stopped', autostart: false, persistent: true });
    if (!hypervisor().capabilities.autostart) return;
    await vms().setAutostart(id, true);
    expect((await vms().details(id)).autostart).toBe(true);
    await vms().setAutostart(id, false);
    expect((await vms().details(id)).autostart).toBe(false);
  });

  it('saves the memory on disk and goes on from there, or throws it away', async () => {
    if (!hypervisor().capabilities.save) return;
    const { id } = await vms().create(specOf(freshName()), { start: true });
    expect((await vms().save(id)).state).toBe('suspended');
    expect((await vms().details(id)).savedMemory).toBe(true);
    await expectError(vms().save(id), 'conflict', { state: 'suspended' });
    expect((await vms().start(id)).state).toBe('running');
    await vms().save(id);
    expect((await vms().discardSaved(id)).state).toBe('stopped');
    await expectError(vms().discardSaved(id), 'conflict', { state: 'stopped' });
  });

  it('resets a machine that is on', async () => {
    if (!hypervisor().capabilities.reset) return;
    const { id } = await vms().create(specOf(freshName()));
    await expectError(vms().reset(id), 'conflict', { state: 'stopped' });
    await vms().start(id);
    expect((await vms().reset(id)).state).toBe('running');
  });

  it('opens the console of a machine that is on, and takes a picture of its screen', async () => {
    const { capabilities } = hypervisor();
    if (!capabilities.console || !capabilities.screenshot) return;
    const { id } = await vms().create({ ...specOf(freshName()), graphics: { type: 'vnc' }, video: 'vga' });
    await expectError(vms().openConsole(id), 'conflict', { state: 'stopped' });
    await expectError(vms().screenshot(id), 'conflict', { state: 'stopped' });
    await vms().start(id);
    const console = await vms().openConsole(id);
    expect(console.readable).toBeInstanceOf(ReadableStream);
    expect(console.writable).toBeInstanceOf(WritableStream);
    await console.close();
    await console.close();
    const { mimeType, data } = await vms().screenshot(id);
    expect(mimeType).toMatch(/^image\//);
    expect(data.length).toBeGreaterThan(0);
  });

  it('changes CPUs and memory of a machine that is off', async () => {
    if (!hypervisor().capabilities.resize) return;
    const { id, memoryBytes = 0 } = await vms().create(specOf(freshName()));
    expect(await vms().resize(id, { vcpus: 2, memoryBytes: memoryBytes * 2 })).toEqual({ vcpus: 'now', memory: 'now' });
    expect(await vms().get(id)).toMatchObject({ vcpus: 2, memoryBytes: memoryBytes * 2 });
    await expectError(vms().resize(id, { vcpus: 0 }), 'invalid');
    await vms().start(id);
    expect(await vms().resize(id, { vcpus: 3 })).toEqual({ vcpus: 'next-start' });
    expect((await vms().get(id)).vcpus).toBe(2);
    await vms().stop(id, { force: true });
    expect((await vms().get(id)).vcpus).toBe(3);
  });

  it('keeps the most CPUs that a machine can have when it gets more that are fewer than that', async () => {
    const { capabilities } = hypervisor();
    if (!capabilities.resize || !capabilities.details) return;
    const { id } = await vms().create({ ...specOf(freshName()), vcpus: 2, cpu: { maximum: 8 } });
    await vms().resize(id, { vcpus: 4 });
    expect(await vms().details(id)).toMatchObject({ vcpus: 4, maximumVcpus: 8 });
    await vms().resize(id, { vcpus: 9 });
    expect(await vms().details(id)).toMatchObject({ vcpus: 9, maximumVcpus: 9 });
  });

  it('plugs network interfaces in and out', async () => {
    const { capabilities, networks } = hypervisor();
    if (!capabilities.devices || networks === undefined) return;
    const network = (await networks.list()).find(({ active }) => active)?.name;
    if (network === undefined) return;
    const { id } = await vms().create(specOf(freshName()));
    const macAddress = await vms().attachNetwork(id, { network });
    expect((await vms().details(id)).networkInterfaces).toEqual([expect.objectContaining({ macAddress, network })]);
    await vms().detachNetwork(id, macAddress);
    expect((await vms().details(id)).networkInterfaces).toEqual([]);
    await expectError(vms().detachNetwork(id, macAddress), 'not-found');
  });

  it('does what is asked of one machine one after the other, and of many side by side', async () => {
    if (!hypervisor().capabilities.metadata) return;
    const ids = await Promise.all([1, 2, 3].map(async () => (await vms().create(specOf(freshName()))).id));
    await Promise.all(ids.flatMap((id) => [1, 2, 3, 4].map((number) => vms().update(id, { notes: `note ${number}` }))));
    for (const id of ids) expect((await vms().get(id)).notes).toMatch(/^note [1-4]$/);
  });
}
