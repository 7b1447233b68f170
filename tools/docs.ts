/** Builds the documentation site in `site/`: the guides of docs/ and the API pages. A warning fails it. */
import { execFileSync } from 'node:child_process';
import { root } from './workspace.ts';

const options = { cwd: root, stdio: 'inherit' } as const;
execFileSync('node', ['node_modules/typescript/bin/tsc', '-b'], options);
execFileSync('typedoc', options);
console.log('The site is in site/index.html');
