import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from './npm-package.ts';
import { directory } from './state.ts';

const folder = join(directory, 'onnx');
const entry = join(folder, 'node_modules/onnxruntime-node/dist/index.js');

/** Installs onnxruntime for processors; its script would fetch what graphics cards need. */
export function onnxUp(): void {
  installPackage(folder, 'onnxruntime-node@1.30.0', 'onnxruntime-node/dist/index.js', ['--ignore-scripts']);
}

/** Removes it. */
export function onnxDown(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The variable by which the test suites find it; none when it is not there. */
export function onnxEnvironment(): Readonly<Record<string, string>> {
  return existsSync(entry) ? { NOVACRON_LAB_ONNX: entry } : {};
}
