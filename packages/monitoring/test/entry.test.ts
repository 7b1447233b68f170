import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Loads an entry in a new process; tells what it loaded beside and how long it took. */
function load(entry: string): { builtins: string[]; packages: string[]; milliseconds: number } {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks?.({ resolve(specifier, context, next) { seen.add(specifier); return next(specifier, context); } });
    const start = performance.now();
    await import('${entry}');
    const milliseconds = performance.now() - start;
    console.log(JSON.stringify({ milliseconds, seen: [...seen] }));
  `;
  const args = ['--conditions=@novacron/source', '--no-warnings', '--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  const { seen, milliseconds } = JSON.parse(stdout) as { seen: string[]; milliseconds: number };
  const outside = seen.filter((specifier) => !specifier.startsWith('.') && specifier !== entry);
  return {
    builtins: outside.filter((specifier) => specifier.startsWith('node:')),
    packages: outside.filter((specifier) => !specifier.startsWith('node:')),
    milliseconds,
  };
}

describe('the entry points', () => {
  it('load no more than they use: the main one runs in a browser', { timeout: 60_000 }, () => {
    const main = load('@novacron/monitoring');
    expect(main.packages).toEqual(['@novacron/core']);
    expect(main.builtins).toEqual([]);
    expect(load('@novacron/monitoring/sqlite').packages).toEqual(['@novacron/core']);
    expect(load('@novacron/monitoring/host').packages).toEqual(['@novacron/core']);
    expect(load('@novacron/monitoring/stream').builtins).toEqual([]);
  });
});
