/**
 * Extracts the interface description from an unpacked libvirt source tree:
 * `node generator/extract.ts libvirt-11.3.0 generator/libvirt.json`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Description, Header } from './description.ts';
import { formatDescription } from './format-description.ts';
import { parseHeader } from './parse-header.ts';
import { parseProtocol } from './parse-protocol.ts';

const protocolFiles: readonly (readonly [string, string])[] = [
  ['net', 'src/rpc/virnetprotocol.x'],
  ['keepalive', 'src/rpc/virkeepaliveprotocol.x'],
  ['remote', 'src/remote/remote_protocol.x'],
  ['qemu', 'src/remote/qemu_protocol.x'],
  ['lxc', 'src/remote/lxc_protocol.x'],
];

/** Reads the protocol files and public headers of the source tree at `directory`. */
export function extract(directory: string): Description {
  const known = new Map<string, number>();
  const version = /version: '([\d.]+)'/.exec(readFileSync(join(directory, 'meson.build'), 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${directory}: no version in meson.build`);
  const headers = readHeaders(join(directory, 'include/libvirt'), known);
  const programs = protocolFiles.map(([name, file]) =>
    parseProtocol(name, readFileSync(join(directory, file), 'utf8'), known),
  );
  return { libvirt: version, programs, headers };
}

function readHeaders(directory: string, known: Map<string, number>): Header[] {
  const names = new Map<string, string>();
  for (const file of readdirSync(directory)) {
    const name = file === 'virterror.h' ? 'error' : /^libvirt-([a-z-]+)\.h(?:\.in)?$/.exec(file)?.[1];
    if (name !== undefined && name !== 'admin') names.set(name, readFileSync(join(directory, file), 'utf8'));
  }
  // `common` first: the other headers build on its constants.
  const order = [...names.keys()].toSorted(
    (a, b) => Number(b === 'common') - Number(a === 'common') || (a < b ? -1 : 1),
  );
  return order
    .map((name) => parseHeader(name, names.get(name) ?? '', known))
    .filter((header) => header.enums.length > 0 || Object.keys(header.defines).length > 0);
}

if (import.meta.main) {
  const [directory, output] = process.argv.slice(2);
  if (directory === undefined || output === undefined) throw new Error('usage: extract.ts SOURCE-TREE OUTPUT.json');
  writeFileSync(output, formatDescription(extract(directory)));
}
