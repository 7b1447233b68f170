/**
 * Runs benchmarks: `npm run bench` all of them, `npm run bench -- libvirt store` some, and
 * `npm run bench -- promql 200 file` one with arguments of its own. Each prints one JSON line a figure; what it measures,
 * against whom, and what arguments it takes is told at the head of its own file.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const areas = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(import.meta.dirname, entry.name, 'index.ts')))
  .map(({ name }) => name);
const words = process.argv.slice(2);
const asked = words.filter((word) => areas.includes(word));
const others = words.filter((word) => !areas.includes(word));

if (others.length > 0 && (asked.length !== 1 || words[0] !== asked[0])) {
  console.error(`There is no benchmark ${others.join(', ')}. There are: ${areas.join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const area of asked.length > 0 ? asked : areas) {
    const script = join(import.meta.dirname, area, 'index.ts');
    const { status } = spawnSync(
      process.execPath,
      ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning', '--expose-gc', script, ...others],
      { stdio: 'inherit' },
    );
    if (status !== 0) process.exitCode = 1;
  }
}
