import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The repository's root. */
export const root: string = join(import.meta.dirname, '..');

/** One published package. */
export interface WorkspacePackage {
  /** Its folder below `packages/`. */
  readonly folder: string;
  /** Its folder, absolute. */
  readonly path: string;
  /** Its package.json. */
  readonly manifest: Manifest;
  /** Its entry points: import specifier to source file, absolute. */
  readonly entries: ReadonlyMap<string, string>;
}

/** The fields of package.json that the tools look at. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly '@novacron/source': string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** All published packages. */
export function workspacePackages(): readonly WorkspacePackage[] {
  return readdirSync(join(root, 'packages')).map((folder) => {
    const path = join(root, 'packages', folder);
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Manifest;
    const entries = new Map<string, string>();
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue;
      entries.set(manifest.name + subpath.slice(1), join(path, target['@novacron/source']));
    }
    return { folder, path, manifest, entries };
  });
}

const skipped = new Set(['node_modules', 'dist', '.tsbuild', 'coverage', 'site', '.docs', '.git', 'fixtures']);

/** All files below a folder that end so, as paths from the repository's root, sorted. */
export function filesBelow(folder: string, ending: string): readonly string[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const name of readdirSync(path)) {
      if (skipped.has(name)) continue;
      const child = join(path, name);
      if (statSync(child).isDirectory()) visit(child);
      else if (name.endsWith(ending)) found.push(relative(root, child));
    }
  };
  visit(start);
  return found.sort();
}
