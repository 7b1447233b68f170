import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startExample } from './run-example.ts';

const folder = join(import.meta.dirname, '../../../../examples');
const nowhere = 'qemu+unix:///system?socket=/var/empty/no-such-socket';

/** What each example takes besides the host. */
const examples: Readonly<Record<string, readonly string[]>> = {
  'libvirt-list': [],
  'libvirt-lifecycle': [],
  'libvirt-events': [],
  'libvirt-console': ['web'],
  'libvirt-migrate': ['--to', nowhere, 'web'],
  'libvirt-backup': ['web'],
};

describe.each(Object.entries(examples))('examples/%s', (name, rest) => {
  it('explains itself', async () => {
    const run = startExample(name, '--help');
    expect(await run.ended, run.output).toBe(0);
    expect(run.output).toMatch(/--connect URI .*\n[^]*--help/);
  });

  it('says what is wrong with a command line, and what there is', async () => {
    const run = startExample(name, '--bogus');
    expect(await run.ended).toBe(2);
    expect(run.output).toMatch(/^Unknown option '--bogus'[^]*--connect URI/);
  });

  it('says in one line what to do when no daemon is there', async () => {
    const run = startExample(name, '--connect', nowhere, ...rest);
    expect(await run.ended).toBe(1);
    expect(run.output.trim().split('\n')).toHaveLength(1);
    expect(run.output).toMatch(/install and start libvirtd.*--connect/);
  });

  it('has a README with the command that runs it, and stays short', () => {
    expect(readFileSync(join(folder, name, 'README.md'), 'utf8')).toContain(`npm start -w examples/${name}`);
    expect(existsSync(join(folder, name, 'package.json'))).toBe(true);
    expect(readFileSync(join(folder, name, 'main.ts'), 'utf8').split('\n').length).toBeLessThanOrEqual(120);
  });
});
