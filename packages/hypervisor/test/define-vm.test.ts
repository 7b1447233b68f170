import { createMemoryHypervisor } from '@novacron/hypervisor/memory';
import { defineVm, type VmSpec } from '@novacron/hypervisor';
import { describe, expect, it } from 'vitest';

describe('defineVm', () => {
  it('returns a copy that can not be changed at any depth, and that a machine can be made from', async () => {
    const upload = [Uint8Array.of(1)];
    const spec = {
      name: 'a',
      tags: { role: 'web' },
      disks: [{ create: { pool: 'default', sizeBytes: 9, upload } }],
    };
    const defined = defineVm(spec);
    spec.tags.role = 'db';
    expect(defined).toEqual({ ...spec, tags: { role: 'web' } });
    expect(Object.isFrozen(spec.disks)).toBe(false);
    for (const change of [
      () => Object.assign(defined, { name: 'b' }),
      () => Object.assign(defined.tags ?? {}, { role: 'x' }),
      () => (defined.disks as VmSpec['disks'] & unknown[]).push({ source: '/x' }),
      () => Object.assign(defined.disks?.[0]?.create ?? {}, { sizeBytes: 1 }),
    ])
      expect(change).toThrow(TypeError);
    await using hypervisor = createMemoryHypervisor();
    expect((await hypervisor.vms.create(defined)).tags).toEqual({ role: 'web' });
  });

  it('names all that is wrong at once, whatever it is given', () => {
    expect(() => defineVm({ name: '', vcpus: 0 })).toThrow(
      expect.objectContaining({
        code: 'NOVA_HYPERVISOR_INVALID',
        details: {
          problems: [expect.objectContaining({ path: 'name' }), expect.objectContaining({ path: 'vcpus' })],
        },
      }),
    );
    for (const nonsense of [undefined, null, 7, [], 'web-1'])
      expect(() => defineVm(nonsense as never)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });
});
