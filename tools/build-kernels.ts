/**
 * Compiles the AssemblyScript of packages into TypeScript that holds the WebAssembly as text, so that nobody who uses them
 * needs a file or a compiler: `node tools/build-kernels.ts`, after `assembly/` was changed. A test compares.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from 'assemblyscript/asc';

const root = join(import.meta.dirname, '..');

/** A kernel: where its WebAssembly is written to, what it is compiled from, and what it is for. */
export interface KernelFile {
  readonly file: string;
  readonly source: string;
  readonly title: string;
}

/** The kernels of all packages. */
export const kernelFiles: Readonly<Record<'networks' | 'points' | 'remoteWrite', KernelFile>> = {
  networks: {
    file: join(root, 'packages/ml/src/neural/kernel-wasm.gen.ts'),
    source: 'packages/ml/assembly/kernel.ts',
    title: 'The kernel of networks',
  },
  points: {
    file: join(root, 'packages/monitoring/src/http/kernel-wasm.gen.ts'),
    source: 'packages/monitoring/assembly/kernel.ts',
    title: 'The kernel that writes points',
  },
  remoteWrite: {
    file: join(root, 'packages/monitoring/src/remote-write/kernel-wasm.gen.ts'),
    source: 'packages/monitoring/assembly/remote-write.ts',
    title: 'The kernel that reads Remote-Write',
  },
};

/** The source that holds a kernel. */
export async function kernelSource({ source, title }: KernelFile): Promise<string> {
  const output = 'kernel.wasm';
  let binary: Uint8Array | undefined;
  const { error } = await main([source, '-O3', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '-o', output], {
    writeFile(name, contents) {
      if (name === output && typeof contents !== 'string') binary = contents;
    },
  });
  if (error !== null || binary === undefined) throw new Error('The kernel does not compile', { cause: error });
  const text = Buffer.from(binary).toString('base64');
  const lines = text.match(/.{1,100}/g) ?? [];
  return [
    `// Written by tools/build-kernels.ts from ${source.slice(source.indexOf('assembly/'))}.`,
    '',
    `/** ${title}, as base64 of WebAssembly. */`,
    'export const kernelWasm: string =',
    lines.map((line) => `  '${line}'`).join(' +\n') + ';',
    '',
  ].join('\n');
}

if (process.argv[1] === import.meta.filename) {
  for (const kernel of Object.values(kernelFiles)) writeFileSync(kernel.file, await kernelSource(kernel));
}
