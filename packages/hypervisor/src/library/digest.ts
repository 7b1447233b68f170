import { createHash } from 'node:crypto';
import type { VolumeReference } from '../spec/definition/disk-spec.ts';
import type { VolumeOperations } from '../spec/operations/volumes.ts';

/** What bytes are known by. */
export interface Digest {
  /** SHA-256, in hexadecimal. */
  readonly sha256: string;
  /** How many they are. */
  readonly bytes: number;
}

/** The digest of bytes that come in pieces. */
export async function digestOf(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Digest> {
  const through = digesting(pieces);
  for await (const _ of through.pieces); // they are only counted
  return through.digest();
}

/** Passes pieces on and takes their digest meanwhile. */
export function digesting(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly digest: () => Digest;
} {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    pieces: (async function* () {
      for await (const piece of pieces) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    })(),
    digest: () => ({ sha256: hash.digest('hex'), bytes }),
  };
}

/** The digest of a volume's bytes as they stand on the host. */
export function volumeDigest(
  volumes: VolumeOperations,
  reference: VolumeReference,
  signal: AbortSignal | undefined,
): Promise<Digest> {
  return digestOf(volumes.download(reference, { signal }));
}
