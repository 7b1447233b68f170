/** Builds the documentation site in `site/`: the guides of docs/ and the API pages. A warning fails it. */
import { spawnSync } from 'node:child_process';
import { root } from './workspace.ts';

for (const command of ['node node_modules/typescript/bin/tsc -b', 'typedoc']) {
  const { status } = spawnSync('bash', ['-c', command], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
console.log('The site is in site/index.html');
