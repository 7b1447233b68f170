import { readFileSync } from 'node:fs';
import { defaultCapabilities, type HypervisorCapabilities } from '@novacron/hypervisor';
import { memoryCapabilities } from '@novacron/hypervisor/memory';
import { expect, it } from 'vitest';
import { libvirtCapabilities } from '../src/libvirt/capabilities.ts';

it('the support table in the docs says what the flags say, of every flag', () => {
  const text = readFileSync(new URL('../../../docs/hypervisor-features.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.+) \| (.+) \| (.+) \|$/gm)].map(([, ...cells]) => cells.join(' '));
  const newer = libvirtCapabilities('qemu', true);
  const columns = [libvirtCapabilities('qemu'), libvirtCapabilities('test'), memoryCapabilities];
  const said = (flag: keyof HypervisorCapabilities): string =>
    columns
      .map((each, column) => {
        if (column === 0 && each[flag] !== newer[flag]) return 'libvirt 9.9 or later';
        return each[flag] ? 'yes' : 'no';
      })
      .join(' ');
  const flags = Object.keys(defaultCapabilities) as (keyof HypervisorCapabilities)[];
  expect(rows.toSorted()).toEqual(flags.map((flag) => `${flag} ${said(flag)}`).toSorted());
});
