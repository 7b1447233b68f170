import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { kernelFiles, kernelSource } from '../build-kernels.ts';

it.each(Object.entries(kernelFiles))('the kernel of %s is what its source compiles to', async (_, kernel) => {
  expect(readFileSync(kernel.file, 'utf8')).toBe(await kernelSource(kernel));
});
