import { ascii, both16, both32, ucs2 } from './both-endian.ts';
import { sectorBytes } from './directory.ts';

/** What a descriptor says of the image. */
export interface VolumeDescriptor {
  /** The names in it are those of Joliet. */
  readonly joliet: boolean;
  readonly volumeName: string;
  /** How many sectors the image has. */
  readonly sectors: number;
  /** Where the path tables are: numbers with the smaller byte first, and with the larger. */
  readonly pathTables: readonly [littleEndian: number, bigEndian: number];
  readonly pathTableBytes: number;
  /** The record of the root directory. */
  readonly root: Uint8Array;
  readonly timeMs: number;
}

/** A primary or supplementary volume descriptor (ECMA-119, 8.4 and 8.5; the Joliet specification, level 3). */
export function volumeDescriptor(descriptor: VolumeDescriptor): Uint8Array {
  const { joliet, volumeName, sectors, pathTables, pathTableBytes, root, timeMs } = descriptor;
  const bytes = new Uint8Array(sectorBytes);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, length: number, value = ''): void => {
    const written = joliet ? ucs2(value.padEnd(Math.floor(length / 2))) : ascii(value.padEnd(length));
    bytes.set(written.subarray(0, length), offset);
  };
  bytes[0] = joliet ? 2 : 1;
  bytes.set(ascii('CD001'), 1);
  bytes[6] = 1;
  text(8, 32);
  text(40, 32, volumeName);
  both32(view, 80, sectors);
  if (joliet) bytes.set([0x25, 0x2f, 0x45], 88); // level 3
  both16(view, 120, 1);
  both16(view, 124, 1);
  both16(view, 128, sectorBytes);
  both32(view, 132, pathTableBytes);
  view.setUint32(140, pathTables[0], true);
  view.setUint32(148, pathTables[1], false);
  bytes.set(root, 156);
  for (const offset of [190, 318, 446, 574]) text(offset, 128);
  for (const offset of [702, 739, 776]) text(offset, 37);
  const time = new Date(timeMs).toISOString().replaceAll(/\D/g, '').slice(0, 16);
  for (const offset of [813, 830]) bytes.set(ascii(time), offset);
  for (const offset of [847, 864]) bytes.set(ascii('0'.repeat(16)), offset);
  bytes[881] = 1;
  return bytes;
}

/** What ends the descriptors (ECMA-119, 8.3). */
export function descriptorEnd(): Uint8Array {
  const bytes = new Uint8Array(sectorBytes);
  bytes[0] = 255;
  bytes.set(ascii('CD001'), 1);
  bytes[6] = 1;
  return bytes;
}

/** The path table of an image with nothing but a root (ECMA-119, 9.4). */
export function rootPathTable(rootSector: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(10);
  const view = new DataView(bytes.buffer);
  bytes[0] = 1;
  view.setUint32(2, rootSector, littleEndian);
  view.setUint16(6, 1, littleEndian);
  return bytes;
}
