/**
 * Builds the packages, two at a time: tsup bundles the code, the declarations are those of `tsc -b`. With `--changed`,
 * only those whose sources changed since their last build.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesBelow, root, workspacePackages, type WorkspacePackage } from './workspace.ts';

/** `from './x.ts'` and `import('./x.ts')`. */
const relativeImport = /(['"]\.{1,2}\/[^'"]*)\.ts(['"])/g;

const onlyChanged = process.argv.includes('--changed');
const queue = [...workspacePackages()];

/** A digest of all that a build is made from: its own sources, those of the packages below it, and the tools. */
function fingerprint({ folder, manifest }: WorkspacePackage): string {
  const hash = createHash('sha256');
  const needed = workspacePackages().filter((each) => each.manifest.name in (manifest.dependencies ?? {}));
  const folders = [folder, ...needed.map((each) => each.folder)];
  const files = [
    ...folders.flatMap((each) => [...filesBelow(`packages/${each}/src`, '.ts'), `packages/${each}/package.json`]),
    'tools/tsup-library.ts',
    'tsconfig.base.json',
    'package-lock.json',
  ];
  for (const file of files) hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

async function build(each: WorkspacePackage): Promise<void> {
  const stamp = join(each.path, '.tsbuild/built');
  const present = fingerprint(each);
  const unchanged = existsSync(stamp) && existsSync(join(each.path, 'dist')) && readFileSync(stamp, 'utf8') === present;
  if (onlyChanged && unchanged) return;
  const child = spawn('tsup', ['--silent'], { cwd: each.path, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The build of ${each.manifest.name} failed`);
  copyDeclarations(each);
  writeFileSync(stamp, present);
  if (!onlyChanged) console.log(`built ${each.manifest.name}`);
}

/** The compiler keeps `./x.ts` in declarations; a consumer has `./x.js`, and its sources are one folder nearer. */
function copyDeclarations({ path }: WorkspacePackage): void {
  const from = join(path, '.tsbuild/out');
  const to = join(path, 'dist');
  for (const name of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const isDeclaration = name.endsWith('.d.ts');
    if (!isDeclaration && !name.endsWith('.d.ts.map')) continue;
    const source = name.replace(/\.d\.ts(\.map)?$/, '.ts');
    if (!existsSync(join(path, 'src', source))) continue; // of a file that is gone
    const text = readFileSync(join(from, name), 'utf8');
    mkdirSync(dirname(join(to, name)), { recursive: true });
    writeFileSync(
      join(to, name),
      isDeclaration ? text.replace(relativeImport, '$1.js$2') : text.replace('["../', '["'),
    );
  }
}

execFileSync('node', [join(root, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: root, stdio: 'inherit' });
await Promise.all(
  [0, 1].map(async () => {
    for (let each = queue.shift(); each !== undefined; each = queue.shift()) await build(each);
  }),
);
