/**
 * Runs conformance suites: `npm run conformance` all of them, `npm run conformance -- promql` some. Each prints one JSON
 * line with what passed, failed and was skipped.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'conformance-';
const areas = readdirSync(import.meta.dirname)
  .filter((name) => name.startsWith(prefix))
  .map((name) => name.slice(prefix.length));
const asked = process.argv.slice(2);
const unknown = asked.filter((area) => !areas.includes(area));

if (unknown.length > 0) {
  console.error(`There is no conformance suite ${unknown.join(', ')}. There are: ${areas.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const area of asked.length > 0 ? asked : areas) {
    const script = join(import.meta.dirname, `${prefix}${area}`, 'run.ts');
    const { status } = spawnSync(process.execPath, ['--conditions=@novacron/source', script], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
