import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAuthFile } from '../../src/config/auth-file.ts';
import { caught } from '../support/caught.ts';
import { environment } from '../support/target.ts';

let home: string;
let file: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  file = join(home, 'auth.conf');
});
afterEach(() => rmSync(home, { recursive: true }));

const example = `# the example of libvirt's documentation
[credentials-test]
authname=fred
password=123456

[credentials-defgrp]
username = defuser
password = def=pw\\s

[auth-libvirt-test1.example.com]
credentials=test

[auth-libvirt-default]
credentials=defgrp

[auth-ssh-host]
credentials=nobody
[auth-ssh-other]
`;

const read = (host: string, service: 'libvirt' | 'ssh' = 'libvirt'): ReturnType<typeof readAuthFile> =>
  readAuthFile(service, host, file, environment({ homeDirectory: home }));

describe('auth.conf', () => {
  beforeEach(() => writeFileSync(file, example));

  it("has a host's credentials, or those for all others", async () => {
    expect(await read('test1.example.com')).toEqual({ user: 'fred', password: '123456', realm: undefined });
    expect(await read('elsewhere')).toEqual({ user: 'defuser', password: 'def=pw ', realm: undefined });
  });

  it('has none for a service that it does not know', async () => {
    expect(await read('elsewhere', 'ssh')).toBeUndefined();
  });

  it('must have what it refers to', async () => {
    expect((await caught(read('host', 'ssh'))).message).toContain('[credentials-nobody]');
    expect((await caught(read('other', 'ssh'))).message).toContain('the group [auth-ssh-other] has no "credentials"');
  });

  it.each(['password=tellno1', '[group\npassword=tellno1', '[g]\ntellno1'])(
    'with %j in it is refused, without showing it',
    async (text) => {
      writeFileSync(file, text);
      const error = await caught(read('host'));
      expect(error).toMatchObject({ code: 'LIBVIRT_CONFIG_INVALID' });
      expect(error.message).toMatch(/line [12]: expected "\[group\]", or "key=value" in a group/);
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('tellno1');
    },
  );

  it('is the one in the environment, before that of the URI, before that of the user', async () => {
    const other = join(home, 'other.conf');
    writeFileSync(other, '[auth-libvirt-default]\ncredentials=x\n[credentials-x]\nauthname=other\n');
    mkdirSync(join(home, '.config/libvirt'), { recursive: true });
    writeFileSync(
      join(home, '.config/libvirt/auth.conf'),
      '[auth-libvirt-default]\ncredentials=x\n[credentials-x]\nauthname=own\n',
    );
    const whose = environment({ homeDirectory: home, variables: { LIBVIRT_AUTH_FILE: other } });
    expect(await readAuthFile('libvirt', 'test1.example.com', file, whose)).toMatchObject({ user: 'other' });
    const own = environment({ homeDirectory: home });
    expect(await readAuthFile('libvirt', 'test1.example.com', undefined, own)).toMatchObject({ user: 'own' });
  });

  it('must be there when it is named, and need not when not', async () => {
    rmSync(file);
    expect(await caught(read('host'))).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID' });
    const nobody = environment({ homeDirectory: home });
    expect(await readAuthFile('libvirt', 'host', undefined, nobody)).toBeUndefined();
  });
});
