const sectorBytes = 2048;

/** The files in the root of an ISO image, read by the words of ECMA-119, so that the writer is not its own judge. */
export function isoFiles(image: Uint8Array, names: 'joliet' | 'rock-ridge'): Map<string, string> {
  const view = new DataView(image.buffer, image.byteOffset);
  const descriptor = [16, 17]
    .map((sector) => sector * sectorBytes)
    .find((at) => image[at] === (names === 'joliet' ? 2 : 1));
  if (descriptor === undefined) throw new Error(`no descriptor of ${names}`);
  const start = view.getUint32(descriptor + 156 + 2, true) * sectorBytes;
  const end = start + view.getUint32(descriptor + 156 + 10, true);
  const files = new Map<string, string>();
  for (let at = start; at < end;) {
    const length = image[at] ?? 0;
    if (length === 0) {
      at = (Math.floor(at / sectorBytes) + 1) * sectorBytes; // the rest of the sector is empty
      continue;
    }
    const isDirectory = ((image[at + 25] ?? 0) & 2) !== 0;
    if (!isDirectory) {
      const from = view.getUint32(at + 2, true) * sectorBytes;
      const content = image.subarray(from, from + view.getUint32(at + 10, true));
      files.set(
        names === 'joliet' ? jolietName(image, at) : rockRidgeName(image, at),
        new TextDecoder().decode(content),
      );
    }
    at += length;
  }
  return files;
}

function jolietName(image: Uint8Array, record: number): string {
  const identifier = image.subarray(record + 33, record + 33 + (image[record + 32] ?? 0));
  return new TextDecoder('utf-16be').decode(identifier).replace(/;1$/, '');
}

function rockRidgeName(image: Uint8Array, record: number): string {
  const identifierLength = image[record + 32] ?? 0;
  const end = record + (image[record] ?? 0);
  for (let at = record + 33 + identifierLength + ((identifierLength + 1) % 2); at + 4 <= end;) {
    const signature = String.fromCharCode(image[at] ?? 0, image[at + 1] ?? 0);
    const length = image[at + 2] ?? 0;
    if (signature === 'NM') return new TextDecoder().decode(image.subarray(at + 5, at + length));
    if (length < 4) break;
    at += length;
  }
  throw new Error('a record has no name of Rock Ridge');
}
