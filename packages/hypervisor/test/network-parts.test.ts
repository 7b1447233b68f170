import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterUpdate, networkPartUpdates } from '../src/network-parts.ts';
import type { NetworkParts } from '../src/spec/operations/network-parts.ts';
import { networkChangeProblems } from '../src/validate/check-network-parts.ts';

const has = {
  dnsHosts: [{ address: '10.0.0.5', names: ['a'] }],
  dnsTexts: [{ name: 't', value: '1' }],
  devices: ['eth1'],
} satisfies NetworkParts;

const parts = fc.record(
  {
    dnsTexts: fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), value: fc.constantFrom('1', '2') }), {
      selector: ({ name }) => name,
    }),
    devices: fc.uniqueArray(fc.constantFrom('eth0', 'eth1', 'eth2')),
  },
  { requiredKeys: [] },
);

describe('networkPartUpdates', () => {
  it('removes before it adds, so that a part is replaced by one of the same key', () => {
    const dnsHosts = [{ address: '10.0.0.5', names: ['b'] }];
    const updates = networkPartUpdates('n', has, { add: { dnsHosts }, remove: { dnsHosts } });
    expect(updates.map(({ command, parts: each }) => [command, each.dnsHosts?.[0]?.names])).toEqual([
      ['remove', ['a']], // as the network has it, whatever was said of it
      ['add', ['b']],
    ]);
  });

  it('refuses what is there already, twice the same, and what is not there', () => {
    const refused = (change: Parameters<typeof networkPartUpdates>[2]): unknown => {
      try {
        return networkPartUpdates('n', has, change);
      } catch (error) {
        return (error as { kind: unknown }).kind;
      }
    };
    expect(refused({ add: { devices: ['eth1'] } })).toBe('already-exists');
    expect(refused({ add: { devices: ['eth2', 'eth2'] } })).toBe('already-exists');
    expect(refused({ remove: { devices: ['eth2'] } })).toBe('not-found');
    expect(
      refused({
        remove: {
          dnsTexts: [
            { name: 't', value: 'any' },
            { name: 't', value: 'any' },
          ],
        },
      }),
    ).toBe('not-found');
    expect(refused({})).toEqual([]);
  });

  it('what is added can be removed again, and then all is as it was', () => {
    fc.assert(
      fc.property(parts, parts, (before, added) => {
        const apply = (from: NetworkParts, change: Parameters<typeof networkPartUpdates>[2]): NetworkParts =>
          networkPartUpdates('n', from, change).reduce(afterUpdate, from);
        let between: NetworkParts;
        try {
          between = apply(before, { add: added });
        } catch (error) {
          expect(error).toMatchObject({ kind: 'already-exists' });
          return;
        }
        const after = apply(between, { remove: added });
        for (const kind of ['dnsTexts', 'devices'] as const) expect(after[kind] ?? []).toEqual(before[kind] ?? []);
      }),
    );
  });
});

describe('networkChangeProblems', () => {
  it('names all that is wrong, with its place', () => {
    const wrong = {
      add: {
        dnsHosts: [{ address: 'x', names: [] }],
        dnsServices: [{ service: '', protocol: 'icmp', target: 'a', port: 0, priority: -1 }],
        dnsTexts: [{ name: 'a b', value: '' }],
        portGroups: [
          { name: 'g', vlan: 5000 },
          { name: 'g', default: 'yes' },
        ],
        devices: ['a/b'],
      },
      remove: 7,
    };
    expect(networkChangeProblems(wrong as never).map(({ path }) => path)).toEqual([
      'remove',
      'add.dnsHosts[0].address',
      'add.dnsHosts[0].names',
      'add.dnsServices[0].service',
      'add.dnsServices[0].protocol',
      'add.dnsServices[0].port',
      'add.dnsServices[0].priority',
      'add.dnsTexts[0].name',
      'add.dnsTexts[0].value',
      'add.portGroups[0].vlan',
      'add.portGroups[1].default',
      'add.portGroups[1].name',
      'add.devices[0]',
    ]);
    expect(networkChangeProblems(undefined as never)).toHaveLength(1);
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (change) => Array.isArray(networkChangeProblems(change as never))));
  });
});
