import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'tsup';

type Config = ReturnType<typeof defineConfig>;

/** The one build of every package: its entry points are read from the exports map, so the two can't drift apart. */
export function defineLibrary(directory: string): Config {
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { '@novacron/source': string }>;
  };
  const entry: Record<string, string> = {};
  for (const target of Object.values(manifest.exports)) {
    if (typeof target === 'string') continue;
    const source = target['@novacron/source'];
    entry[source.replace('./src/', '').replace(/\.ts$/, '')] = source;
  }
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'node22',
    sourcemap: true,
    clean: true,
    treeshake: true,
    removeNodeProtocol: false, // node:sqlite has no name without it
    dts: false, // tools/build.ts takes the declarations that `tsc -b` has written
  });
}
