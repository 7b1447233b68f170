import { specProblems, validateSpec, type VmSpec } from '@novacron/hypervisor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const paths = (spec: VmSpec): string[] => specProblems(spec).map(({ path }) => path);

describe('specProblems', () => {
  it('finds nothing wrong with a full specification', () => {
    expect(
      specProblems({
        name: 'web-1 <b>ü &amp;',
        vcpus: 4096,
        memoryBytes: 1024 ** 2,
        tags: { role: '' },
        disks: [{ source: '/images/a.qcow2' }],
        networks: [{ network: 'default', macAddress: '52:54:00:AB:cd:ef' }],
        directBoot: { kernel: '/boot/vmlinuz' },
      }),
    ).toEqual([]);
  });

  it.each(['', 'a/b', 'a\nb', 'a\u0000', 'x'.repeat(256)])('refuses the name %j', (name) => {
    expect(paths({ name })).toEqual(['name']);
  });

  it.each([0, -1, 1.5, 4097, Number.NaN, Infinity])('refuses %s CPUs', (vcpus) => {
    expect(paths({ name: 'a', vcpus })).toEqual(['vcpus']);
  });

  it.each([0, 1024, 1.5 * 1024 ** 2 + 0.5, 2 ** 60, Number.NaN])('refuses %s bytes of memory', (memoryBytes) => {
    expect(paths({ name: 'a', memoryBytes })).toEqual(['memoryBytes']);
  });

  it.each([{ description: 'a\u0001b' }, { tags: { a: '\u0000' } }, { tags: { '\u001b': 'x' } }])(
    'refuses control characters in text: %j',
    (fields) => {
      expect(paths({ name: 'a', ...fields })).toHaveLength(1);
      expect(paths({ name: 'a', description: 'two\n\tlines\r\n', tags: { a: '\n' } })).toEqual([]);
    },
  );

  it('names the place in a list', () => {
    expect(
      paths({
        name: 'a',
        tags: { '': 'x' },
        disks: [{ source: 'ok' }, { source: '' }],
        networks: [{ network: '' }, { network: 'n', macAddress: '52:54:00' }],
        directBoot: { kernel: '' },
      }),
    ).toEqual(['tags[""]', 'disks[1].source', 'networks[0].network', 'networks[1].macAddress', 'directBoot.kernel']);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.record({ name: fc.anything(), vcpus: fc.anything(), memoryBytes: fc.anything() }), (spec) => {
        expect(Array.isArray(specProblems(spec as VmSpec))).toBe(true);
      }),
    );
  });
});

describe('validateSpec', () => {
  it('throws one error with all problems', () => {
    expect(() => validateSpec({ name: '', vcpus: 0 })).toThrow(
      expect.objectContaining({
        code: 'NOVA_HYPERVISOR_INVALID',
        message: expect.stringMatching(/name must be .*; vcpus must be/),
        details: { problems: [expect.objectContaining({ path: 'name' }), expect.objectContaining({ path: 'vcpus' })] },
      }),
    );
  });

  it('lets a right one pass', () => {
    expect(() => validateSpec({ name: 'a' })).not.toThrow();
  });
});
