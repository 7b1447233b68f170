import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Archive } from './export-vm.ts';

/**
 * An archive in a folder of this machine, which is made when something is written. A file appears when all of it is there.
 *
 * @param path - The folder.
 */
export function directoryArchive(path: string): Archive {
  const fileOf = (name: string): string => join(path, basename(name));
  return {
    async write(name, pieces) {
      await mkdir(path, { recursive: true });
      const partial = `${fileOf(name)}.partial`;
      try {
        await pipeline(pieces, createWriteStream(partial));
        await rename(partial, fileOf(name));
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
    async *read(name) {
      for await (const piece of createReadStream(fileOf(name))) yield piece as Uint8Array;
    },
  };
}
