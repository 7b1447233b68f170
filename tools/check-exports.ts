/** Checks the built packages as publint and "are the types wrong?" do: what a consumer will really get. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { workspacePackages } from './workspace.ts';

/** What an ESM-only package can't offer on purpose. */
const notOffered = new Set(['node10', 'node16-cjs']);

const folder = mkdtempSync(join(tmpdir(), 'novacron-pack-'));
const problems: string[] = [];
try {
  for (const { manifest, path } of workspacePackages()) {
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: path,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const result = JSON.parse(packed.toString()) as Record<string, { filename: string }> | { filename: string }[];
    const filename = Object.values(result)[0]?.filename ?? '';
    const tarball = readFileSync(join(folder, filename));
    const { buffer, byteOffset, byteLength } = tarball;
    const { messages } = await publint({
      strict: true,
      pack: { tarball: buffer.slice(byteOffset, byteOffset + byteLength) },
    });
    for (const message of messages) {
      problems.push(
        `${manifest.name}: ${formatMessage(message, { exports: manifest.exports } as never) ?? message.code}`,
      );
    }
    const analysis = await checkPackage(createPackageFromTarballData(tarball));
    if (!analysis.types) {
      problems.push(`${manifest.name}: has no types`);
      continue;
    }
    for (const problem of analysis.problems) {
      if ('resolutionKind' in problem && notOffered.has(problem.resolutionKind)) continue;
      problems.push(`${manifest.name}: ${JSON.stringify(problem)}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
