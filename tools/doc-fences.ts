/**
 * Finds the TypeScript fences in README files, in docs/ and in `@example` comments, and turns each into a module
 * that can be compiled and run.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, root } from './workspace.ts';

/** One piece of code in the documentation. */
export interface Fence {
  /** Where it stands: `packages/core/README.md:12`. */
  readonly place: string;
  /** Whether it is run, or only compiled (marked `no-run`). */
  readonly runs: boolean;
  /** The code as it stands there. */
  readonly code: string;
}

/** What a fence may hold; `ts` is compiled and run. */
const languages: ReadonlySet<string> = new Set(['ts', 'sh', 'json', 'text']);

/** All fences of the repository. */
export function documentationFences(): readonly Fence[] {
  const guides = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md'), ...filesBelow('examples', '.md')];
  const packages = filesBelow('packages', '.md').filter((file) => !file.endsWith('CHANGELOG.md'));
  const sources = filesBelow('packages', '.ts').filter((file) => /^packages\/[^/]+\/src\//.test(file));
  return [...guides, ...packages, ...sources].flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return file.endsWith('.ts') ? fencesIn(file, text, /^\s*\* ?/) : fencesIn(file, text, /^(?!)/);
  });
}

/**
 * The TypeScript fences of one file; `prefix` is what stands before the code on each line.
 *
 * @throws {Error} when a fence could be overlooked: indented, or of a language that is not known.
 */
export function fencesIn(file: string, text: string, prefix: RegExp): readonly Fence[] {
  const fences: Fence[] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const opening = /^(\s*)```(\S*)(.*)$/.exec((lines[index] ?? '').replace(prefix, ''));
    if (opening === null) continue;
    const place = `${file}:${index + 1}`;
    const [, indent = '', language = '', marks = ''] = opening;
    if (indent !== '' || !languages.has(language)) {
      throw new Error(`${place}: a fence begins in the first column and names one of ${[...languages].join(', ')}`);
    }
    const code: string[] = [];
    for (index++; index < lines.length; index++) {
      const line = (lines[index] ?? '').replace(prefix, '');
      if (line.startsWith('```')) break;
      code.push(line);
    }
    if (language === 'ts') fences.push({ place, runs: !/\bno-run\b/.test(marks), code: code.join('\n') });
  }
  return fences;
}

/** The fence as a module: a line `expression // => value` becomes an expectation. */
export function fenceModule(fence: Fence): string {
  const lines = fence.code.split('\n').map((line) => {
    const expected = /^(\s*)(.+?);?\s*\/\/ => (.+)$/.exec(line);
    return expected === null ? line : `${expected[1]}documented(${expected[2]}).toEqual(${expected[3]});`;
  });
  return [`// ${fence.place}`, "import { expect as documented } from 'vitest';", ...lines, 'void documented;', ''].join(
    '\n',
  );
}
