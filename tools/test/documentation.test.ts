import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { documentationFences, fenceModule, fencesIn } from '../doc-fences.ts';
import { root } from '../workspace.ts';

const folder = join(root, '.docs');
const fences = documentationFences();
const fileOf = (place: string): string => join(folder, `${place.replaceAll(/[^\w]+/g, '-')}.ts`);

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(join(folder, name));
for (const fence of fences) writeFileSync(fileOf(fence.place), fenceModule(fence));

describe('the code in the documentation', () => {
  it('compiles', { timeout: 60_000 }, () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.all.json'), (file) => ts.sys.readFile(file)) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
    const program = ts.createProgram(
      fences.map(({ place }) => fileOf(place)),
      { ...options, noUnusedLocals: false, noUnusedParameters: false },
    );
    const problems = ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
      const place = file === undefined ? '' : readFileSync(file.fileName, 'utf8').split('\n')[0];
      const line = file?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${place} line ${line - 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(problems).toEqual([]);
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
