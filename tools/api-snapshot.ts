/**
 * Keeps the public API of every entry point in `docs/api-snapshot/`, so that a change of it is seen in review.
 *
 *     node tools/api-snapshot.ts           compare, exit code 1 when a symbol changed
 *     node tools/api-snapshot.ts --update  write the present API down
 *
 * It reads the declarations that `tsc -b` wrote.
 */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, workspacePackages } from './workspace.ts';

const folder = join(root, 'docs/api-snapshot');

/** The snapshot's file name of an entry point. */
const fileName = (entry: string): string => `${entry.replace('@', '').replaceAll('/', '.')}.txt`;

function declarationFile(source: string): string {
  return source.replace('/src/', '/.tsbuild/out/').replace(/\.ts$/, '.d.ts');
}

/** The text of every exported symbol of every entry point, without comments, sorted by name. */
export function publicApi(): ReadonlyMap<string, string> {
  const entries = new Map(workspacePackages().flatMap((each) => [...each.entries]));
  const program = ts.createProgram(Array.from(entries.values(), declarationFile), {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['@novacron/source'],
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: [],
    noLib: true,
  });
  const checker = program.getTypeChecker();
  const printer = ts.createPrinter({ removeComments: true });
  const print = (symbol: ts.Symbol): string => {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const declarations = (target.declarations ?? []).map((declaration) => {
      const whole = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      return printer.printNode(ts.EmitHint.Unspecified, whole, whole.getSourceFile());
    });
    return `// ${symbol.name}\n${declarations.join('\n')}\n`;
  };
  const api = new Map<string, string>();
  for (const [entry, source] of entries) {
    const file = program.getSourceFile(declarationFile(source));
    if (file === undefined) throw new Error(`${declarationFile(source)} is missing; run tsc -b first`);
    const module = checker.getSymbolAtLocation(file);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    api.set(
      entry,
      symbols
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(print)
        .join('\n'),
    );
  }
  return api;
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  const api = publicApi();
  mkdirSync(folder, { recursive: true });
  const present = new Set(Array.from(api.keys(), fileName));
  if (process.argv.includes('--update')) {
    for (const name of readdirSync(folder)) if (!present.has(name)) rmSync(join(folder, name));
    for (const [entry, text] of api) writeFileSync(join(folder, fileName(entry)), text);
  } else {
    const kept = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    const changed = [...api].filter(([entry, text]) => kept.get(fileName(entry)) !== text).map(([entry]) => entry);
    const gone = [...kept.keys()].filter((name) => !present.has(name));
    for (const name of changed.concat(gone)) console.error(`The public API of ${name} changed.`);
    if (changed.length + gone.length > 0) {
      console.error('If that is meant, run: node tools/api-snapshot.ts --update');
      process.exitCode = 1;
    }
  }
}
