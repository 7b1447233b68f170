import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { documentationFences, fenceModule, fencesIn } from '../doc-fences.ts';
import { root } from '../workspace.ts';

const run = promisify(execFile);
const folder = join(root, '.docs');
const fences = documentationFences();
const fileOf = (place: string): string => join(folder, `${place.replaceAll(/[^\w]+/g, '-')}.ts`);

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(join(folder, name));
for (const fence of fences) writeFileSync(fileOf(fence.place), fenceModule(fence));

describe('the code in the documentation', () => {
  it('compiles', { timeout: 60_000 }, async () => {
    const project = join(folder, 'tsconfig.json');
    const compilerOptions = { noEmit: true, noUnusedLocals: false, noUnusedParameters: false };
    writeFileSync(project, JSON.stringify({ extends: '../tsconfig.all.json', compilerOptions, include: ['*.ts'] }));
    // In a process of its own: within this one the compiler would be measured for coverage, at ten times its time.
    const compiler = join(root, 'node_modules/ts7/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', project], { cwd: root }).catch(
      (error: unknown) => error as { stdout: string },
    );
    const problems = Array.from(stdout.matchAll(/^(\S+\.ts)\((\d+),\d+\): (.*)$/gm), ([, file = '', line, message]) => {
      const place = readFileSync(join(root, file), 'utf8').split('\n')[0];
      return `${place} line ${Number(line) - 2}: ${message}`;
    });
    expect(problems).toEqual([]);
    expect(stdout).toBe('');
  });

  for (const { place } of fences.filter(({ runs }) => runs)) {
    it(`runs: ${place}`, async () => {
      await import(fileOf(place));
    });
  }
});

describe('fencesIn', () => {
  it('finds code in Markdown and in comments, with its place', () => {
    expect(fencesIn('a.md', 'x\n```ts\nf();\n```\n```sh\nls\n```\n```ts no-run\ng();\n```', /^(?!)/)).toEqual([
      { place: 'a.md:2', runs: true, code: 'f();' },
      { place: 'a.md:8', runs: false, code: 'g();' },
    ]);
    expect(fencesIn('a.ts', '/**\n * ```ts\n * f();\n * ```\n */', /^\s*\* ?/)).toEqual([
      { place: 'a.ts:2', runs: true, code: 'f();' },
    ]);
  });
});

describe('fencesIn, of what could be overlooked', () => {
  it.each(['```typescript\nf();\n```', '```TS\nf();\n```', '  ```ts\n  f();\n  ```', '```\nf();\n```'])(
    'refuses %j',
    (text) => {
      expect(() => fencesIn('a.md', text, /^(?!)/)).toThrow(/a\.md:1: a fence begins/);
    },
  );
});

describe('fenceModule', () => {
  it('turns promised values into expectations', () => {
    const module = fenceModule({ place: 'a.md:1', runs: true, code: 'f(1); // => [2]\nlet a = 1; // a comment' });
    expect(module).toContain('documented(f(1)).toEqual([2]);');
    expect(module).toContain('let a = 1; // a comment');
  });
});
