import { ascii, both32 } from './both-endian.ts';

/** Says that Rock Ridge is used: in the first record of the root (IEEE P1281 and P1282). */
export function rockRidgeRoot(): Uint8Array {
  const identifier = ascii('RRIP_1991A');
  return joined([
    Uint8Array.of(0x53, 0x50, 7, 1, 0xbe, 0xef, 0), // SP
    posix(0o40_555, 2),
    Uint8Array.of(0x45, 0x52, 8 + identifier.length, 1, identifier.length, 0, 0, 1, ...identifier), // ER
  ]);
}

/** The name and mode of a file that everybody may read. */
export function rockRidgeFile(name: Uint8Array): Uint8Array {
  return joined([posix(0o100_444, 1), Uint8Array.of(0x4e, 0x4d, 5 + name.length, 1, 0, ...name)]); // NM
}

/** The mode of a directory. */
export const rockRidgeDirectory = (): Uint8Array => posix(0o40_555, 2);

/** The field PX: mode, links, and root as owner. */
function posix(mode: number, links: number): Uint8Array {
  const bytes = new Uint8Array(36);
  bytes.set([0x50, 0x58, 36, 1]);
  const view = new DataView(bytes.buffer);
  both32(view, 4, mode);
  both32(view, 12, links);
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
