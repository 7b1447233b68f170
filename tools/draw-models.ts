/**
 * Draws the pictures of the models' pages, `docs/guides/models/*.svg`: what each forecasts of the end of a series that it
 * has not seen.
 *
 *     node --conditions=@novacron/source tools/draw-models.ts [--check]
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawModels } from './model-pictures/draw-models.ts';
import { root } from './workspace.ts';

const check = process.argv.includes('--check');
let stale = 0;
for (const [name, svg] of await drawModels()) {
  const path = `docs/guides/models/${name}.svg`;
  const file = join(root, path);
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before === svg) continue;
  stale++;
  console.log(check ? `${path} is not what is drawn now: run node tools/draw-models.ts` : path);
  if (!check) await writeFile(file, svg);
}
if (check && stale > 0) process.exitCode = 1;
