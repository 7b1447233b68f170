import { queryVms, type Vm } from '@novacron/hypervisor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const vm = (id: string, fields: Partial<Vm> = {}): Vm => ({
  id,
  name: id,
  state: 'running',
  tags: {},
  native: { state: 'x' },
  ...fields,
});

const ids = (vms: readonly Pick<Vm, 'id'>[]): string[] => vms.map(({ id }) => id);

describe('queryVms', () => {
  it('shows all but the deleted ones, by name', () => {
    const vms = [vm('2', { name: 'b' }), vm('1', { name: 'c' }), vm('3', { name: 'a', state: 'deleted' })];
    expect(ids(queryVms(vms))).toEqual(['2', '1']);
    expect(ids(queryVms(vms, { states: ['deleted'] }))).toEqual(['3']);
  });

  it('needs all tags to match', () => {
    const vms = [vm('1', { tags: { role: 'web', zone: 'a' } }), vm('2', { tags: { role: 'web' } }), vm('3')];
    expect(ids(queryVms(vms, { tags: { role: 'web' } }))).toEqual(['1', '2']);
    expect(ids(queryVms(vms, { tags: { role: 'web', zone: 'a' } }))).toEqual(['1']);
    expect(ids(queryVms(vms, { tags: { role: 'Web' } }))).toEqual([]);
  });

  it('takes a prefix of the name as it stands, not as a pattern', () => {
    const vms = [vm('1', { name: 'web-1' }), vm('2', { name: 'w.b' })];
    expect(ids(queryVms(vms, { namePrefix: 'w.' }))).toEqual(['2']);
  });

  it('sorts by any field, unknown values last, equal ones by id', () => {
    const vms = [vm('3', { memoryBytes: 1 }), vm('2'), vm('1', { memoryBytes: 1 }), vm('0', { memoryBytes: 9 })];
    expect(ids(queryVms(vms, { sortBy: 'memoryBytes' }))).toEqual(['1', '3', '0', '2']);
    expect(ids(queryVms(vms, { sortBy: 'memoryBytes', order: 'descending', limit: 2 }))).toEqual(['2', '0']);
  });

  it.each([-1, 0.5, Number.NaN])('refuses the limit %s', (limit) => {
    expect(() => queryVms([], { limit })).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it('shows the fields that are asked for, and the id, whatever it sorts and filters by', () => {
    const vms = [vm('1', { vcpus: 2, owner: 'b' }), vm('2', { vcpus: 1, owner: 'a' }), vm('3', { state: 'stopped' })];
    const found = queryVms(vms, { states: ['running'], sortBy: 'vcpus', search: '', fields: ['owner'] });
    expect(found).toStrictEqual([
      { id: '2', owner: 'a' },
      { id: '1', owner: 'b' },
    ]);
    expect(found[0]?.owner).toBe('a');
    // @ts-expect-error -- it was not asked for
    expect(found[0]?.state).toBeUndefined();
    expect(queryVms(vms, { fields: [], limit: 1 })).toStrictEqual([{ id: '1' }]);
    expect(queryVms([vm('1')], { fields: ['vcpus'] })).toStrictEqual([{ id: '1' }]);
    for (const wrong of ['size', 'toString'])
      expect(() => queryVms(vms, { fields: [wrong as 'id'] })).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it('changes nothing of what it was given and never makes machines up', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(20), (names, limit) => {
        const vms = names.map((name, index) => vm(String(index), { name }));
        const before = [...vms];
        const found = queryVms(vms, { limit });
        expect(vms).toEqual(before);
        expect(found.length).toBe(Math.min(limit, vms.length));
        expect(found.every((each) => vms.includes(each))).toBe(true);
      }),
    );
  });
});
