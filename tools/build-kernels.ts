/**
 * Compiles the AssemblyScript of packages into TypeScript that holds the WebAssembly as text, so that nobody who uses them
 * needs a file or a compiler: `node tools/build-kernels.ts`, after `assembly/` was changed. A test compares.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';

const root = join(import.meta.dirname, '..');

/** Where the kernel of networks is written to. */
export const kernelFile: string = join(root, 'packages/ml/src/neural/kernel-wasm.gen.ts');

/** The source that holds the kernel. */
export async function kernelSource(): Promise<string> {
  const output = 'kernel.wasm';
  let binary: Uint8Array | undefined;
  const { error } = await main(
    ['packages/ml/assembly/kernel.ts', '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '-o', output],
    {
      writeFile(name, contents) {
        if (name === output && typeof contents !== 'string') binary = contents;
      },
    },
  );
  if (error !== null || binary === undefined) throw new Error('The kernel does not compile', { cause: error });
  const text = Buffer.from(binary).toString('base64');
  const lines = text.match(/.{1,100}/g) ?? [];
  return [
    '// Written by tools/build-kernels.ts from assembly/kernel.ts.',
    '',
    '/** The kernel of networks, as base64 of WebAssembly. */',
    'export const kernelWasm: string =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) writeFileSync(kernelFile, await kernelSource());
