import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A program that does the job: what is run, with the job as its argument. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: (job: string) => readonly string[];
}

/** A peer that can't be had here, and why. */
export interface Missing {
  readonly name: string;
  readonly reason: string;
}

const here = import.meta.dirname;
const cache = join(tmpdir(), 'novacron-bench-peers');

/** Ours, as it is published: built, not from sources. */
export function findOurs(): Program {
  // Without types: stripping them would count as our memory and time.
  const program = join(here, '../../node_modules/.cache/novacron-bench/node-libvirt.mjs');
  mkdirSync(dirname(program), { recursive: true });
  writeFileSync(program, stripTypeScriptTypes(readFileSync(join(here, 'node-libvirt.ts'), 'utf8')));
  return { name: 'node-libvirt', command: process.execPath, args: (job) => [program, job] };
}

/** The peers that are there, or can be had with what is there. */
export function findPeers(): readonly (Program | Missing)[] {
  return [python(), go(), unraid()];
}

function python(): Program | Missing {
  const name = 'python3-libvirt';
  const command = '/usr/bin/python3';
  if (spawnSync(command, ['-c', 'import libvirt']).status !== 0) {
    return { name, reason: 'apt install python3-libvirt' };
  }
  return { name, command, args: (job) => [join(here, 'python3-libvirt.py'), job] };
}

function go(): Program | Missing {
  const name = 'go-libvirt';
  const sources = '/usr/share/gocode/src/github.com/digitalocean/go-libvirt';
  if (!existsSync(sources) || spawnSync('go', ['version']).status !== 0) {
    return { name, reason: 'apt install golang-go golang-github-digitalocean-go-libvirt-dev' };
  }
  mkdirSync(cache, { recursive: true });
  const command = join(cache, 'go-libvirt');
  const env = { ...process.env, GOPATH: '/usr/share/gocode', GO111MODULE: 'off', GOCACHE: join(cache, 'go') };
  execFileSync('go', ['build', '-o', command, join(here, 'go-libvirt.go')], { env });
  return { name, command, args: (job) => [job] };
}

function unraid(): Program | Missing {
  const name = '@unraid/libvirt';
  const directory = join(cache, 'unraid');
  if (!existsSync(join(directory, 'node_modules', name, 'build'))) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'package.json'), '{"private":true}');
    const { status } = spawnSync('npm', ['install', '--no-audit', '--no-fund', `${name}@2.2.1`], { cwd: directory });
    if (status !== 0) return { name, reason: 'it compiles: apt install libvirt-dev g++ make python3' };
  }
  const program = join(directory, 'unraid-libvirt.mjs'); // beside the package, where it is found
  copyFileSync(join(here, 'unraid-libvirt.mjs'), program);
  return { name, command: process.execPath, args: (job) => [program, job] };
}
