/**
 * Runs what needs nothing but Node: all tests with coverage, then those that bound CPU time, one by one and without it: what
 * counts every block that is entered makes a tight loop several times as slow as it is for users.
 *
 * Arguments go to both runs; `--report=FOLDER` writes vitest's JSON reports there.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const report = '--report=';
const folder = process.argv.find((argument) => argument.startsWith(report))?.slice(report.length);
const passedOn = process.argv.slice(2).filter((argument) => !argument.startsWith(report));

function vitest(name: string, ...options: readonly string[]): number {
  const reporters =
    folder === undefined
      ? []
      : ['--reporter=default', '--reporter=json', `--outputFile.json=${join(folder, `${name}.json`)}`];
  return (
    spawnSync('vitest', ['run', '--project', name, ...options, ...reporters, ...passedOn], { stdio: 'inherit' })
      .status ?? 1
  );
}

const failed = [
  vitest('unit', '--coverage'),
  vitest('speed', ...(passedOn.length > 0 ? ['--passWithNoTests'] : [])),
].some((status) => status !== 0);
process.exit(failed ? 1 : 0);
