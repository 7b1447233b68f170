/**
 * Measures accuracy: `npm run accuracy` all areas, `npm run accuracy -- forecast` some; further options go to the area. Each
 * prints one JSON line a data set. The data comes from NOVACRON_DATASETS.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const prefix = 'accuracy-';
const areas = readdirSync(import.meta.dirname)
  .filter((name) => name.startsWith(prefix))
  .map((name) => name.slice(prefix.length));
const words = process.argv.slice(2);
const asked = words.filter((word) => areas.includes(word));
const options = words.filter((word) => !areas.includes(word));

for (const area of asked.length > 0 ? asked : areas) {
  const script = join(import.meta.dirname, `${prefix}${area}`, 'run.ts');
  const { status } = spawnSync(process.execPath, ['--conditions=@novacron/source', script, ...options], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
