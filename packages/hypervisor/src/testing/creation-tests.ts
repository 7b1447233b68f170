import { expect, it } from 'vitest';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VmSpec } from '../spec/definition/vm-spec.ts';
import { expectError } from './expect-error.ts';

/** What the tests of a part of the suite share. */
export interface SuiteContext {
  /** The one that is tested. */
  readonly hypervisor: () => Hypervisor;
  /** A name that no machine has, and that is cleared away after the test. */
  readonly freshName: () => string;
  /** A specification that the driver can make. */
  readonly specOf: (name: string) => VmSpec;
  /** The pool in which volumes are made. */
  readonly pool?: string | undefined;
  /** A specification whose disks can hold snapshots. */
  readonly snapshotSpecOf?: ((name: string) => VmSpec) | undefined;
}

/** How machines are made: names, specifications and tokens. */
export function creationTests({ hypervisor, freshName, specOf }: SuiteContext): void {
  it('creates a machine that is off, found by id, by name and in the list', async () => {
    const spec = specOf(freshName());
    const vm = await hypervisor().vms.create(spec);
    expect(vm).toMatchObject({ name: spec.name, state: 'stopped' });
    expect(await hypervisor().vms.get(vm.id)).toMatchObject({ id: vm.id, name: spec.name });
    expect(await hypervisor().vms.get(spec.name)).toMatchObject({ id: vm.id });
    const { items, errors } = await hypervisor().vms.list({ namePrefix: spec.name });
    expect(items.map(({ id }) => id)).toEqual([vm.id]);
    expect(errors).toEqual([]);
  });

  it('keeps a name full of markup, tags and the description as they are', async () => {
    const spec = {
      ...specOf(`${freshName()} <b a='1'>&amp;"ü]]>`),
      tags: { role: '<web>', 'cost-centre': 'a&b' },
      description: 'first <VM> & "more"',
    };
    const vm = await hypervisor().vms.create(spec);
    expect(await hypervisor().vms.get(vm.id)).toMatchObject({
      name: spec.name,
      tags: spec.tags,
      description: spec.description,
    });
    expect((await hypervisor().vms.list({ tags: { role: '<web>' } })).items.map(({ id }) => id)).toContain(vm.id);
  });

  it('refuses a wrong specification with all its problems', async () => {
    await expectError(hypervisor().vms.create({ ...specOf(''), vcpus: -1 }), 'invalid', {
      problems: expect.arrayContaining([
        expect.objectContaining({ path: 'name' }),
        expect.objectContaining({ path: 'vcpus' }),
      ]),
    });
  });

  it('refuses a second machine of the same name, or makes one, as uniqueNames says', async () => {
    const spec = specOf(freshName());
    await hypervisor().vms.create(spec);
    const { uniqueNames } = hypervisor().capabilities;
    if (uniqueNames) await expectError(hypervisor().vms.create(spec), 'already-exists');
    else await hypervisor().vms.create(spec);
    expect((await hypervisor().vms.list({ namePrefix: spec.name })).items).toHaveLength(uniqueNames ? 1 : 2);
  });

  it('makes one machine for one client token', async () => {
    const spec = specOf(freshName());
    const clientToken = `token-${spec.name}`;
    const first = await hypervisor().vms.create(spec, { clientToken });
    const second = await hypervisor().vms.create(spec, { clientToken });
    expect(second.id).toBe(first.id);
    const third = await hypervisor().vms.create(spec, { clientToken, start: true });
    expect(third).toMatchObject({ id: first.id, state: 'running' });
  });

  it('makes one machine when many ask at once with one token', async () => {
    const spec = specOf(freshName());
    const clientToken = `token-${spec.name}`;
    const vms = await Promise.all(Array.from({ length: 4 }, () => hypervisor().vms.create(spec, { clientToken })));
    expect(new Set(vms.map(({ id }) => id)).size).toBe(1);
    expect(vms.map(({ state }) => state)).not.toContain('provisioning');
    expect((await hypervisor().vms.list({ namePrefix: spec.name })).items).toHaveLength(1);
  });

  it('makes one machine for one token, whatever names it is asked for under; the others get it, or are refused', async () => {
    const specs = [specOf(freshName()), specOf(freshName())];
    const clientToken = `token-${specs[0]?.name}`;
    const made = await Promise.allSettled(specs.map((spec) => hypervisor().vms.create(spec, { clientToken })));
    const vms = made.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(new Set(vms.map(({ id }) => id)).size).toBe(1);
    const listed = await Promise.all(specs.map(({ name }) => hypervisor().vms.list({ namePrefix: name })));
    expect(listed.flatMap(({ items }) => items)).toHaveLength(1);
  });

  it('leaves a machine on that was made under the token and started since', async () => {
    const spec = specOf(freshName());
    const clientToken = `token-${spec.name}`;
    const { id } = await hypervisor().vms.create(spec, { clientToken });
    await hypervisor().vms.start(id);
    expect(await hypervisor().vms.create(spec, { clientToken })).toMatchObject({ id, state: 'running' });
  });

  it('refuses a token that is empty or too long', async () => {
    for (const clientToken of ['', 'x'.repeat(65)]) {
      await expectError(hypervisor().vms.create(specOf(freshName()), { clientToken }), 'invalid', {
        problems: expect.arrayContaining([expect.objectContaining({ path: 'clientToken' })]),
      });
    }
  });
}
