import { expect, it } from 'vitest';
import type { FilterOperations } from '../spec/operations/filters.ts';
import type { SuiteContext } from './creation-tests.ts';
import { expectError } from './expect-error.ts';

/** Filters of interfaces: what they say, and who uses them. */
export function filterTests({ hypervisor, freshName }: SuiteContext): void {
  const filters = (): FilterOperations => {
    const found = hypervisor().filters;
    if (found === undefined) throw new Error('capabilities.filters is true, but there are no filters');
    return found;
  };

  it('defines a filter, defines it anew under the same id, and deletes it', async () => {
    const name = freshName();
    const web = {
      action: 'accept',
      direction: 'in',
      priority: 100,
      protocol: 'tcp',
      source: '198.51.100.0/24',
      destination: '203.0.113.7',
      destinationPorts: [80, 443],
    } as const;
    const six = { action: 'return', direction: 'inout', protocol: 'udp-ipv6', source: '2001:db8::/32' } as const;
    const rest = { action: 'drop', direction: 'inout', priority: 1000 } as const;
    const made = await filters().define({
      name,
      includes: [{ name: 'clean-traffic', parameters: { IP: '203.0.113.7' } }],
      rules: [web, six, rest],
    });
    try {
      expect(made).toMatchObject({
        name,
        chain: 'root',
        includes: [{ name: 'clean-traffic', parameters: { IP: '203.0.113.7' } }],
        rules: [web, { ...six, priority: 500 }, rest],
        otherRules: 0,
      });
      expect(await filters().get(made.id)).toEqual(made);
      expect((await filters().list()).map((filter) => filter.name)).toEqual(
        expect.arrayContaining([name, 'clean-traffic']),
      );
      const anew = await filters().define({ name, rules: [rest] });
      expect(anew).toMatchObject({ id: made.id, includes: [], rules: [rest] });
    } finally {
      await filters().delete(name);
    }
    await expectError(filters().get(name), 'not-found');
    await expectError(filters().delete(name), 'not-found');
  });

  it('keeps a filter that another one includes', async () => {
    const [inner, outer] = [freshName(), freshName()];
    const includes = [{ name: inner }];
    await expectError(filters().define({ name: outer, includes }), 'not-found');
    await filters().define({ name: inner });
    await filters().define({ name: outer, includes });
    try {
      await expectError(filters().delete(inner), 'conflict', { filter: inner, user: `filter ${outer}` });
    } finally {
      await filters().delete(outer);
      await filters().delete(inner);
    }
  });

  it('refuses a wrong filter with all its problems', async () => {
    const rules = [{ action: 'allow', direction: 'in', protocol: 'icmp', destinationPorts: [2, 1], source: '::1' }];
    const wrong = { name: 'a/b', rules } as unknown as Parameters<FilterOperations['define']>[0];
    await expectError(filters().define(wrong), 'invalid', {
      problems: [
        'name',
        'rules[0].action',
        'rules[0].source',
        'rules[0].destinationPorts',
        'rules[0].destinationPorts',
      ].map((path) => expect.objectContaining({ path })),
    });
  });
}
