import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isoImage, type IsoFile } from '@novacron/hypervisor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoFiles } from './read-iso.ts';

const files: readonly IsoFile[] = [
  { name: 'user-data', content: '#cloud-config\n{}\n' },
  { name: 'meta-data', content: 'instance-id: web-1\n' },
  { name: 'network-config', content: new Uint8Array(5000).fill(65) },
  { name: 'empty', content: '' },
  { name: 'grün and long, as a name may be.txt', content: 'ä' },
];

/** Whether isoinfo(1), the reader of another project, is there. */
const reader = 'isoinfo';
const hasIsoinfo = spawnSync(reader, ['--version']).error === undefined;

function isoinfo(image: Uint8Array, ...options: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'iso-'));
  try {
    writeFileSync(join(directory, 'image.iso'), image);
    return execFileSync(reader, ['-i', join(directory, 'image.iso'), ...options], { encoding: 'utf8' });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('isoImage', () => {
  it('holds every file under its own name, in Joliet and in Rock Ridge', () => {
    const image = isoImage('cidata', files, 0);
    for (const kind of ['joliet', 'rock-ridge'] as const) {
      const read = isoFiles(image, kind);
      expect([...read.keys()].toSorted()).toEqual(files.map(({ name }) => name).toSorted());
      expect(read.get('meta-data')).toBe('instance-id: web-1\n');
      expect(read.get('network-config')).toBe('A'.repeat(5000));
      expect(read.get('empty')).toBe('');
    }
  });

  it('holds whatever files it is given', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9._-]{1,64}$/);
    const content = fc.uint8Array({ maxLength: 5000 }).map((bytes) => bytes.map((byte) => byte % 128));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name, content }), { selector: (file) => file.name, maxLength: 60 }),
        (all) => {
          const read = isoFiles(isoImage('x', all, 1e12), 'joliet');
          expect(read).toEqual(new Map(all.map((file) => [file.name, new TextDecoder().decode(file.content)])));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is the same for the same files and time', () => {
    expect(isoImage('cidata', files, 5)).toEqual(isoImage('cidata', files, 5));
    expect(isoImage('cidata', files, 5)).not.toEqual(isoImage('cidata', files, 1e12));
  });

  it.runIf(hasIsoinfo)('is read by another project’s reader, with both kinds of names', () => {
    const image = isoImage('cidata', files, Date.UTC(2026, 0, 2));
    expect(isoinfo(image, '-d')).toMatch(
      /Volume id: cidata[^]*Joliet with UCS level 3 found[^]*Rock Ridge signatures version 1 found/,
    );
    expect(isoinfo(image, '-R', '-l')).toMatch(/-r--r--r--.*19.*Jan +2 2026.*meta-data/);
    expect(isoinfo(image, '-R', '-x', '/meta-data')).toBe('instance-id: web-1\n');
    expect(isoinfo(image, '-J', '-f')).toMatch(/^\/user-data/m);
  });

  it.each([
    ['', [], 'volumeName'],
    ['a'.repeat(17), [], 'volumeName'],
    ['x', [{ name: '', content: '' }], 'name'],
    ['x', [{ name: 'a/b', content: '' }], 'name'],
    ['x', [{ name: 'a'.repeat(65), content: '' }], 'name'],
    [
      'x',
      [
        { name: 'a', content: '1' },
        { name: 'a', content: '2' },
      ],
      'name',
    ],
  ])('refuses the name %j with %j', (volumeName, wrong, field) => {
    expect(() => isoImage(volumeName, wrong, 0)).toThrowError(
      expect.objectContaining({
        code: 'NOVA_HYPERVISOR_INVALID',
        details: expect.objectContaining({ [field]: expect.anything() }),
      }),
    );
  });
});
