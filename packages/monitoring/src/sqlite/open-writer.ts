import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writerHere, writerThread, type WriterLink } from './writer-link.ts';
import type { WriterOptions } from './writer-tasks.ts';

/**
 * Opens a store's writer, in a thread of its own when asked for.
 *
 * @throws {MonitoringError} when the file can't be opened; see `sqliteStore`.
 */
export async function openWriter(options: WriterOptions, inThread: boolean): Promise<WriterLink> {
  const entry = inThread ? threadEntry() : undefined;
  return entry === undefined ? writerHere(options) : writerThread(options, entry);
}

/**
 * The module that the thread runs: the `sqlite` entry of this package. As a source file it is beside this one; once
 * built, this code is in a file that it shares with others, and the entry is found by its name.
 */
function threadEntry(): URL | undefined {
  const here = import.meta.url;
  try {
    const entry = here.endsWith('.ts')
      ? new URL('./index.ts', here)
      : new URL(import.meta.resolve('@novacron/monitoring/sqlite'));
    return existsSync(fileURLToPath(entry)) ? entry : undefined;
  } catch {
    return undefined; // the application was bundled without its packages
  }
}
