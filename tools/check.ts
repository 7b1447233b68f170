/** Runs every static check, two at a time, cheap ones first, and shows what failed. */
import { spawn } from 'node:child_process';
import { root } from './workspace.ts';

interface Check {
  readonly name: string;
  readonly command: string;
}

const source = 'node --conditions=@novacron/source --disable-warning=ExperimentalWarning';
const tsc = 'node node_modules/typescript/bin/tsc';

/** Each inner list runs one after the other; the lists run side by side. */
const lanes: readonly (readonly Check[])[] = [
  [
    { name: 'types (TypeScript 6)', command: `${tsc} -b` },
    { name: 'public API', command: 'node tools/api-snapshot.ts' },
    { name: 'build', command: 'node tools/build.ts --changed' },
    { name: 'package exports', command: 'node tools/check-exports.ts' },
  ],
  [
    { name: 'lint', command: 'oxlint --type-aware --deny-warnings' },
    { name: 'format', command: 'oxfmt --check' },
    { name: 'structure', command: 'node tools/structure.ts' },
    { name: 'types (TypeScript 7)', command: 'node node_modules/ts7/bin/tsc -p tsconfig.all.json' },
    {
      name: 'imports',
      command: 'depcruise --config .dependency-cruiser.mjs packages/*/src packages/*/test examples bench lab tools',
    },
    { name: 'unused', command: 'knip --treat-config-hints-as-errors' },
    { name: 'pictures of models', command: `${source} tools/draw-models.ts --check` },
  ],
];

let failed = 0;

async function run({ name, command }: Check): Promise<void> {
  const startMs = performance.now();
  const child = spawn('bash', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(24)} ${seconds.padStart(5)} s`);
  if (code === 0) return;
  failed++;
  console.log(output.trimEnd().replaceAll(/^/gm, '       '));
}

await Promise.all(
  lanes.map(async (lane) => {
    for (const check of lane) await run(check);
  }),
);
if (failed > 0) process.exitCode = 1;
