import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const files = ['run/index', 'measure', 'million', 'engines', 'workload'];

/** Writes the program of one measurement without types, as stripping them would count as our memory and time; gives its path. */
export function writeProgram(): string {
  const folder = join(import.meta.dirname, '../../node_modules/.cache/novacron-bench/store');
  mkdirSync(join(folder, 'run'), { recursive: true });
  for (const file of files) {
    const source = readFileSync(join(import.meta.dirname, `${file}.ts`), 'utf8');
    const program = stripTypeScriptTypes(source).replaceAll(/(from '\.{1,2}\/[a-z-]+)\.ts'/g, "$1.mjs'");
    writeFileSync(join(folder, `${file}.mjs`), program);
  }
  return join(folder, 'run/index.mjs');
}
