/**
 * Packs every package, installs the tarballs into a clean consumer and uses them as a stranger would: imports every
 * entry point on Node 22, 24 and 26, and type-checks a use of it with TypeScript 5.9, 6.0 and 7.0. Needs a build and
 * the registry.
 */
import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspacePackages } from './workspace.ts';

const nodes = ['22', '24', '26'];
const compilers = ['5.9.3', '6.0.3', '7.0.2'];
/** What a consumer installs beside the packages to use all their entry points. */
const peers = ['rxjs@7.8.2', 'vega@6.4.0', 'vega-lite@6.5.0', '@types/node@22.20.5'];
/** Entry points that only a test runner can load. */
const isTesting = (entry: string): boolean => entry.endsWith('/testing') && entry !== '@novacron/core/testing';

const consumer = mkdtempSync(join(tmpdir(), 'novacron-consumer-'));
const quiet: ExecFileSyncOptionsWithStringEncoding = { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' };
let passed = 0;

try {
  const packages = workspacePackages();
  for (const { path } of packages) {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', consumer], { ...quiet, cwd: path });
  }
  const entries = packages.flatMap((each) => [...each.entries.keys()]);
  const importable = entries.filter((entry) => !isTesting(entry));
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const files = packages.map(
    ({ manifest }) => `./${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`,
  );
  const aliases = compilers.map((version) => `typescript-${version.split('.')[0]}@npm:typescript@${version}`);
  const runtimes = nodes.map((version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`);
  npmInstall([...files, ...peers, ...aliases, ...runtimes]);
  console.log(`${packages.length} packages packed and installed`);

  writeFileSync(
    join(consumer, 'import.mjs'),
    `for (const entry of ${JSON.stringify(importable)}) {
      const module = await import(entry);
      if (Object.keys(module).length === 0) throw new Error(entry + ' exports nothing');
    }`,
  );
  for (const version of nodes) {
    execFileSync(join(consumer, `node_modules/node-${version}/bin/node`), ['import.mjs'], { ...quiet, cwd: consumer });
    console.log(`imported on Node ${version}`);
    passed++;
  }

  // Only types need these: nothing above was to load a test runner or a cloud's SDK.
  npmInstall(['vitest@5.1.0', '@aws-sdk/client-ec2@3.1169.0']);
  const uses = entries.map(
    (entry, index) => `import * as module${index} from '${entry}';\nconsole.log(module${index});`,
  );
  mkdirSync(join(consumer, 'src'));
  writeFileSync(join(consumer, 'src/use.ts'), uses.join('\n'));
  const options = {
    strict: true,
    noEmit: true,
    module: 'NodeNext',
    target: 'ES2023',
    skipLibCheck: false,
    types: ['node'],
  };
  const lib = ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'];
  writeFileSync(
    join(consumer, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, lib }, include: ['src'] }),
  );
  for (const version of compilers) {
    const compiler = join(consumer, `node_modules/typescript-${version.split('.')[0]}/bin/tsc`);
    checkTypes(version, compiler);
    passed++;
  }
  console.log(`\n${passed} passed, 0 failed`);
} finally {
  rmSync(consumer, { recursive: true, force: true });
}

function npmInstall(what: readonly string[]): void {
  execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--no-package-lock', ...what], {
    ...quiet,
    cwd: consumer,
  });
}

/** Errors in the declarations of others (vitest's own need newer libraries) don't count; any other line does. */
function checkTypes(version: string, compiler: string): void {
  let output = '';
  try {
    output = execFileSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--pretty', 'false'], {
      ...quiet,
      cwd: consumer,
    });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
    if (output.trim() === '') throw error;
  }
  const ofOthers = /^(node_modules\/(?!@novacron\/|node-libvirt\/)|\s|$)/;
  const ours = output.split('\n').filter((line) => !ofOthers.test(line));
  if (ours.length > 0) throw new Error(`TypeScript ${version}:\n${ours.join('\n')}`);
  console.log(`types checked by TypeScript ${version}`);
}
