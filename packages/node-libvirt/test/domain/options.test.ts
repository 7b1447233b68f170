import { describe, expect, it } from 'vitest';
import { constants } from '../../src/index.ts';
import * as tables from '../../src/domain/options.ts';
import { statsBits, statsGroupBits } from '../../src/domain/stats-options.ts';

const all: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ...(tables as unknown as Record<string, Record<string, number>>),
  statsBits,
  statsGroupBits,
};

describe('every table of flags', () => {
  it.each(Object.entries(all))('%s gives each option a bit of its own', (_, bits) => {
    const values = Object.values(bits);
    expect(values.length).toBeGreaterThan(0);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(Math.log2(value)).toBe(Math.floor(Math.log2(value)));
  });
});

/** Each of libvirt's flag enums must be covered by a table, but for members that a table leaves out on purpose. */
const coverage: readonly (readonly [table: string, prefix: string, leftOut: readonly string[]])[] = [
  ['createBits', 'VIR_DOMAIN_START_', ['VIR_DOMAIN_START_NONE']],
  ['defineBits', 'VIR_DOMAIN_DEFINE_', []],
  ['shutdownBits', 'VIR_DOMAIN_REBOOT_', ['VIR_DOMAIN_REBOOT_DEFAULT']],
  ['destroyBits', 'VIR_DOMAIN_DESTROY_', ['VIR_DOMAIN_DESTROY_DEFAULT']],
  ['undefineBits', 'VIR_DOMAIN_UNDEFINE_', []],
  ['xmlBits', 'VIR_DOMAIN_XML_', []],
  ['affectBits', 'VIR_DOMAIN_AFFECT_', ['VIR_DOMAIN_AFFECT_CURRENT']],
  [
    'listDomainsBits',
    'VIR_CONNECT_LIST_DOMAINS_',
    ['VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT', 'VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT'],
  ],
];

describe('the tables of flags', () => {
  it.each(coverage)('%s has all of %s*', (table, prefix, leftOut) => {
    const members = Object.entries(constants).filter(([name]) => name.startsWith(prefix) && !leftOut.includes(name));
    expect(Object.values(all[table] ?? {}).toSorted((a, b) => a - b)).toEqual(
      members.map(([, value]) => Number(value)).toSorted((a, b) => a - b),
    );
  });

  it('has all groups of statistics', () => {
    const groups = Object.entries(constants).filter(
      ([name, value]) => /^VIR_DOMAIN_STATS_[A-Z_]+$/.test(name) && typeof value === 'number',
    );
    expect(Object.values(statsGroupBits).toSorted((a, b) => a - b)).toEqual(
      groups.map(([, value]) => Number(value)).toSorted((a, b) => a - b),
    );
  });
});
