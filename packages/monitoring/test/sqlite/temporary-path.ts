import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'monitoring-test-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A path where nothing is yet; what is put there goes after the tests of the file. */
export function temporaryPath(): string {
  return join(folder, `${files++}.db`);
}
