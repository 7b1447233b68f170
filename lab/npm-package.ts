import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Installs an npm package that is too big, or too bound to its platform, to be a dependency of the project.
 *
 * @param folder - Gets a `node_modules` of its own.
 * @param specifier - `name@version`.
 * @param proof - A file of the package that is there when it is installed whole.
 */
export function installPackage(
  folder: string,
  specifier: string,
  proof: string,
  options: readonly string[] = [],
): void {
  if (existsSync(join(folder, 'node_modules', proof))) return;
  console.error(`Installing ${specifier} ...`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', ...options, specifier], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
