import { describe, expect, it } from 'vitest';
import { seedFiles } from '../../src/cloud-init/seed-files.ts';

const textOf = (name: string, files: ReturnType<typeof seedFiles>): string =>
  String(files.find((file) => file.name === name)?.content);
const config = (files: ReturnType<typeof seedFiles>): unknown =>
  JSON.parse(textOf('user-data', files).replace('#cloud-config\n', ''));

describe('seedFiles', () => {
  it('names the instance and the host, whatever the machine is called', () => {
    const meta = (name: string): unknown => JSON.parse(textOf('meta-data', seedFiles(name, 'id-1', { pool: 'p' })));
    expect(meta('web-1')).toEqual({ 'instance-id': 'id-1', 'local-hostname': 'web-1' });
    expect(meta('my "great" VM: no 1!')).toEqual({ 'instance-id': 'id-1', 'local-hostname': 'my-great-VM-no-1' });
    expect(meta('ü')).toEqual({ 'instance-id': 'id-1', 'local-hostname': 'vm' });
  });

  it('makes a user with keys and a hashed password, and nothing that was not asked for', () => {
    const files = seedFiles('a', 'i', {
      pool: 'p',
      user: 'ops',
      sshKeys: ['ssh-ed25519 AAAA me'],
      passwordHash: '$6$x$y',
    });
    expect(config(files)).toEqual({
      users: [
        {
          name: 'ops',
          shell: '/bin/sh',
          sudo: 'ALL=(ALL) NOPASSWD:ALL',
          lock_passwd: false,
          passwd: '$6$x$y',
          ssh_authorized_keys: ['ssh-ed25519 AAAA me'],
        },
      ],
    });
  });

  it('gives keys and password to the image’s own user when none is named', () => {
    expect(config(seedFiles('a', 'i', { pool: 'p', sshKeys: ['k'], passwordHash: '$6$' }))).toEqual({
      ssh_authorized_keys: ['k'],
      password: '$6$',
      chpasswd: { expire: false },
    });
  });

  it('hands commands on word by word: nothing in them is taken for YAML or a shell', () => {
    const commands = [['sh', '-c', 'echo "$(id)": - {a} # b\n']];
    expect(config(seedFiles('a', 'i', { pool: 'p', packages: ['curl'], commands }))).toEqual({
      packages: ['curl'],
      runcmd: commands,
    });
  });

  it('takes texts of the caller’s own as they are', () => {
    const files = seedFiles('a', 'i', { pool: 'p', userData: '#!/bin/sh\ntrue\n', networkConfig: 'version: 2\n' });
    expect(textOf('user-data', files)).toBe('#!/bin/sh\ntrue\n');
    expect(textOf('network-config', files)).toBe('version: 2\n');
    expect(seedFiles('a', 'i', { pool: 'p' }).map(({ name }) => name)).toEqual(['meta-data', 'user-data']);
  });
});
