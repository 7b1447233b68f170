import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { virshTable } from './virsh-table.ts';

it('the guide "From virsh to node-libvirt" has every command that virsh has', () => {
  const help = execFileSync('virsh', ['help'], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  const commands = Array.from(help.matchAll(/^ {4}(\S+) /gm), ([, command = '']) => command);
  expect(commands.length).toBeGreaterThan(200);
  expect(virshTable().flatMap((row) => row.commands)).toEqual(expect.arrayContaining(commands));
});
