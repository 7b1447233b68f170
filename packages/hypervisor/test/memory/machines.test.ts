import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machines } from '../../src/memory/machines.ts';
import type { Machine } from '../../src/memory/machine.ts';

describe('the machines of a simulated host', () => {
  it('are found by id, name and token, and added up, whatever becomes of them', () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const change = fc.oneof(
      fc.record({ does: fc.constant('add' as const), id }),
      fc.record({ does: fc.constant('delete' as const), id }),
      fc.record({ does: fc.constant('rename' as const), id, number: fc.nat(99) }),
      fc.record({ does: fc.constant('resize' as const), id, number: fc.option(fc.nat(99), { nil: undefined }) }),
    );
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const machines = new Machines();
        const model = new Map<string, { name: string; memoryBytes: number }>();
        for (const each of changes) {
          const machine = machines.get(each.id);
          const known = model.get(each.id);
          if (each.does === 'add') {
            const memoryBytes = 7;
            const made = { id: each.id, spec: { name: each.id }, clientToken: `token-${each.id}`, memoryBytes };
            machines.add(made as Machine);
            model.set(each.id, { name: each.id, memoryBytes });
          } else if (each.does === 'delete') {
            machines.delete(each.id);
            model.delete(each.id);
          } else if (machine !== undefined && known !== undefined) {
            if (each.does === 'resize') {
              machines.resize(machine, { memoryBytes: each.number });
              known.memoryBytes = each.number ?? known.memoryBytes;
            } else {
              known.name = `${each.id}-${each.number}`;
              machines.rename(machine, known.name);
            }
          }
          expect(Array.from(machines.values(), (one) => one.id).toSorted()).toEqual([...model.keys()].toSorted());
          expect(machines.memoryBytes).toBe([...model.values()].reduce((sum, one) => sum + one.memoryBytes, 0));
          for (const [key, { name }] of model) {
            expect(machines.named(name)?.id).toBe(key);
            expect(machines.madeUnder(`token-${key}`)?.id).toBe(key);
          }
          for (const key of ['a', 'b', 'c'])
            if (model.get(key)?.name !== key) expect(machines.named(key)).toBeUndefined();
        }
      }),
    );
  });
});
