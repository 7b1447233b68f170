/**
 * Runs benchmarks: `npm run bench` all of them, `npm run bench -- libvirt store` some. Each prints one JSON line a
 * figure; what it measures and against whom is told at the head of its own file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const areas = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, 'index.ts')))
  .map(({ name }) => name);
const asked = process.argv.slice(2);
const unknown = asked.filter((area) => !areas.includes(area));

if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${areas.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const area of asked.length > 0 ? asked : areas) {
    const script = join(import.meta.dirname, area, 'index.ts');
    const { status } = spawnSync(
      process.execPath,
      ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning', '--expose-gc', script],
      { stdio: 'inherit' },
    );
    if (status !== 0) process.exitCode = 1;
  }
}
