import { HypervisorError } from '../error.ts';
import { ascii, ucs2 } from './both-endian.ts';
import { directory, directoryRecord, sectorBytes, type DirectoryEntry } from './directory.ts';
import { rockRidgeDirectory, rockRidgeFile, rockRidgeRoot } from './rock-ridge.ts';
import { descriptorEnd, rootPathTable, volumeDescriptor } from './volume-descriptor.ts';

/** A file of an image. */
export interface IsoFile {
  /** Its name, 1 to 64 characters without slashes. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

const pathTableBytes = 10;
/** After sixteen sectors that the standard leaves to the system. */
const layout = { primary: 16, joliet: 17, end: 18, tables: 19, roots: 23 } as const;

/**
 * An ISO 9660 image with files in its root, whose names every system reads: with Rock Ridge for Unix and Joliet for
 * Windows. The same files and time make the same bytes.
 *
 * @param volumeName - What the image is called, 1 to 16 characters: `cidata`.
 * @param files - What is in it; at most about 10,000.
 * @param timeMs - What it is dated, epoch milliseconds from 1970 to 2155.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a name is empty, too long, not allowed or there twice.
 *
 * @example
 * ```ts
 * import { isoImage } from '@novacron/hypervisor';
 *
 * const image = isoImage('cidata', [{ name: 'meta-data', content: 'instance-id: web-1\n' }], 0);
 * image.length % 2048 // => 0
 * new TextDecoder().decode(image.subarray(32_769, 32_774)) // => 'CD001'
 * ```
 */
export function isoImage(volumeName: string, files: readonly IsoFile[], timeMs: number): Uint8Array {
  checkNames(volumeName, files);
  const contents = files.map(({ content }) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content,
  );
  const build = (firstFile: number, roots: readonly [number, number], lengths: readonly [number, number]) => {
    let sector = firstFile;
    const entries = files.map(({ name }, index): DirectoryEntry & { readonly name: string } => {
      const length = contents[index]?.length ?? 0;
      const entry = { name, identifier: ucs2(`${name};1`), isDirectory: false, sector, length };
      sector += Math.ceil(length / sectorBytes);
      return entry;
    });
    return {
      sectors: sector,
      entries,
      primary: root(primaryEntries(entries), roots[0], lengths[0], timeMs, true),
      joliet: root(
        entries.toSorted((a, b) => compareBytes(a.identifier, b.identifier)),
        roots[1],
        lengths[1],
        timeMs,
        false,
      ),
    };
  };
  // Directories have the same size wherever they and the files are; so the first attempt tells the places.
  const draft = build(0, [0, 0], [0, 0]);
  const lengths = [draft.primary.length, draft.joliet.length] as const;
  const roots = [layout.roots, layout.roots + lengths[0] / sectorBytes] as const;
  const { sectors, entries, primary, joliet } = build(roots[1] + lengths[1] / sectorBytes, roots, lengths);
  const image = new Uint8Array(sectors * sectorBytes);
  const put = (sector: number, bytes: Uint8Array): void => image.set(bytes, sector * sectorBytes);
  for (const [index, at] of [layout.primary, layout.joliet].entries()) {
    const own = index === 0 ? roots[0] : roots[1];
    const length = index === 0 ? lengths[0] : lengths[1];
    const tables = [layout.tables + index * 2, layout.tables + index * 2 + 1] as const;
    const record = directoryRecord({ identifier: Uint8Array.of(0), isDirectory: true, sector: own, length }, timeMs);
    put(
      at,
      volumeDescriptor({
        joliet: index === 1,
        volumeName,
        sectors,
        pathTables: tables,
        pathTableBytes,
        root: record,
        timeMs,
      }),
    );
    put(tables[0], rootPathTable(own, true));
    put(tables[1], rootPathTable(own, false));
  }
  put(layout.end, descriptorEnd());
  put(roots[0], primary);
  put(roots[1], joliet);
  for (const [index, { sector }] of entries.entries()) put(sector, contents[index] ?? new Uint8Array());
  return image;
}

/** The names of plain ISO 9660: eight letters and digits, unique and sorted; the real ones stand in Rock Ridge. */
function primaryEntries(entries: readonly (DirectoryEntry & { readonly name: string })[]): readonly DirectoryEntry[] {
  return entries
    .map((entry, index) => {
      const letters = entry.name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');
      const identifier = ascii(`${letters.slice(0, 4)}${String(index).padStart(4, '0')}.;1`);
      return { ...entry, identifier, systemUse: rockRidgeFile(new TextEncoder().encode(entry.name)) };
    })
    .toSorted((a, b) => compareBytes(a.identifier, b.identifier));
}

function root(
  entries: readonly DirectoryEntry[],
  sector: number,
  length: number,
  timeMs: number,
  rockRidge: boolean,
): Uint8Array {
  const own = { isDirectory: true, sector, length };
  return directory([
    directoryRecord(
      { ...own, identifier: Uint8Array.of(0), systemUse: rockRidge ? rockRidgeRoot() : undefined },
      timeMs,
    ),
    directoryRecord(
      { ...own, identifier: Uint8Array.of(1), systemUse: rockRidge ? rockRidgeDirectory() : undefined },
      timeMs,
    ),
    ...entries.map((entry) => directoryRecord(entry, timeMs)),
  ]);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function checkNames(volumeName: string, files: readonly IsoFile[]): void {
  const names = files.map(({ name }) => name);
  const isName = (name: string): boolean =>
    name !== '' &&
    name.length <= 64 &&
    !/[/\\:;*?]/.test(name) &&
    Array.from(name).every((character) => character >= ' ');
  const wrong = names.find((name, index) => !isName(name) || names.indexOf(name) !== index);
  const volumeFits = /^[ -~]{1,16}$/.test(volumeName);
  if (wrong === undefined && volumeFits) return;
  throw new HypervisorError({
    kind: 'invalid',
    message:
      wrong === undefined
        ? `The name of an image must be 1 to 16 plain characters, not ${JSON.stringify(volumeName)}`
        : `A file of an image must have a name of its own of 1 to 64 characters without slashes, not ${JSON.stringify(wrong)}`,
    details: { volumeName, name: wrong },
  });
}
