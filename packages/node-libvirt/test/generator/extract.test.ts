import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extract } from '../../generator/extract.ts';

let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'libvirt-tree-'));
});
afterEach(() => rmSync(tree, { recursive: true }));

function file(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

describe('extract', () => {
  it('puts a source tree together: headers first, then protocol files that use their constants', () => {
    file('meson.build', "project(\n  'libvirt', 'c',\n  version: '99.1.0',\n)\n");
    file('include/libvirt/libvirt-domain.h', 'typedef enum { VIR_D = VIR_C + 1 } virD;');
    file('include/libvirt/libvirt-common.h.in', 'typedef enum { VIR_C = 4 } virC;');
    file('include/libvirt/virterror.h', 'typedef enum { VIR_ERR_OK = 0 } virErrorNumber;');
    file('include/libvirt/libvirt-admin.h', 'typedef enum { VIR_ADMIN = 1 } virAdmin;');
    file('include/libvirt/libvirt-empty.h', '/* nothing */');
    file('src/rpc/virnetprotocol.x', 'const NET = VIR_D;');
    file('src/rpc/virkeepaliveprotocol.x', 'const KEEPALIVE_PROGRAM = 9;');
    for (const name of ['remote', 'qemu', 'lxc'])
      file(`src/remote/${name}_protocol.x`, `const ${name.toUpperCase()}_PROGRAM = NET;`);

    const description = extract(tree);
    expect(description.libvirt).toBe('99.1.0');
    expect(description.headers.map(({ name }) => name)).toEqual(['common', 'domain', 'error']);
    expect(description.programs.map(({ name, id }) => [name, id])).toEqual([
      ['net', undefined],
      ['keepalive', 9],
      ['remote', 5],
      ['qemu', 5],
      ['lxc', 5],
    ]);
  });

  it('says when the tree is not libvirt', () => {
    file('meson.build', 'project()');
    expect(() => extract(tree)).toThrow('no version in meson.build');
  });
});
