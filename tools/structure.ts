/**
 * Checks what a compiler does not: that the house looks the same in every room.
 *
 * - no file over 400 lines, names in kebab-case, no default export, no name that says nothing
 * - every driver folder holds index, options, capabilities, map-vm and map-error
 * - every export is documented, and what throws says so with `@throws`
 * - every package has its README, licence and build
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { filesBelow, root, workspacePackages } from './workspace.ts';

const longestFile = 400;
const driverFiles = ['index.ts', 'options.ts', 'capabilities.ts', 'map-vm.ts', 'map-error.ts'];
const packageFiles = ['README.md', 'LICENSE', 'tsconfig.json', 'tsup.config.ts', 'typedoc.json'];
const bannedWord = /(Manager|Helper|Utils?|Impl)$|^I[A-Z][a-z]|^(opts|cfg|msg|idx|ctx|tmp)$/;

const problems: string[] = [];

for (const { folder, path } of workspacePackages()) {
  for (const name of packageFiles) {
    if (!existsSync(join(path, name))) problems.push(`packages/${folder}: ${name} is missing`);
  }
}
for (const { folder, path, entries } of workspacePackages()) {
  const documented = JSON.parse(readFileSync(join(path, 'typedoc.json'), 'utf8')) as { entryPoints: readonly string[] };
  const offered = Array.from(entries.values(), (source) => relative(path, source));
  if (documented.entryPoints.join() !== offered.join()) {
    problems.push(`packages/${folder}/typedoc.json: the entry points are ${offered.join(', ')}`);
  }
}
const drivers = filesBelow('packages', 'capabilities.ts').filter((file) => !file.includes('/spec/'));
for (const driver of drivers.map((file) => dirname(file))) {
  for (const name of driverFiles) {
    if (!existsSync(join(root, driver, name))) problems.push(`${driver}: ${name} is missing`);
  }
}

for (const file of ['packages', 'examples', 'bench', 'lab', 'tools'].flatMap((folder) => filesBelow(folder, '.ts'))) {
  if (file.endsWith('.gen.ts')) continue;
  const text = readFileSync(join(root, file), 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > longestFile) problems.push(`${file}: ${lines} lines, at most ${longestFile}`);
  if (!/^[a-z0-9-]+(\.(test|(lab|speed)\.test|config|test-d))?\.ts$/.test(basename(file))) {
    problems.push(`${file}: file names are kebab-case`);
  }
  if (/(^|-)(manager|helpers?|utils?|impl)\.ts$/.test(basename(file))) {
    problems.push(`${file}: the name says too little; name what it holds`);
  }
  checkNames(file, text);
  if (/^packages\/[^/]+\/src\//.test(file)) checkExports(file, text);
}

function checkNames(file: string, text: string): void {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isNamed(node) && bannedWord.test(node.text)) {
      problems.push(`${position(source, node)}: ${node.text} says too little; name what it is`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** Whether an identifier is the name of something declared here. */
function isNamed(node: ts.Identifier): boolean {
  const { parent } = node;
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isClassDeclaration(parent) ||
      ts.isInterfaceDeclaration(parent) ||
      ts.isTypeAliasDeclaration(parent)) &&
    parent.name === node
  );
}

function checkExports(file: string, text: string): void {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  for (const statement of source.statements) {
    if (ts.isExportAssignment(statement)) problems.push(`${position(source, statement)}: no default exports`);
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) continue;
    if (isBehindOverloads(statement, source)) continue;
    if (!hasDocumentation(statement)) {
      problems.push(`${position(source, statement)}: an export needs a documentation comment`);
    }
    if (ts.isFunctionDeclaration(statement) && throwsByItself(statement) && !hasThrowsTag(statement)) {
      problems.push(`${position(source, statement)}: ${statement.name?.text} throws; say what and when with @throws`);
    }
    if (ts.isClassDeclaration(statement)) checkMembers(source, statement);
  }
}

/** Whether it is what overloads share: nobody sees its own signature, and theirs say what it throws. */
function isBehindOverloads(statement: ts.Statement, source: ts.SourceFile): boolean {
  if (!ts.isFunctionDeclaration(statement) || statement.body === undefined) return false;
  const isOverload = (other: ts.Statement): boolean =>
    ts.isFunctionDeclaration(other) && other.body === undefined && other.name?.text === statement.name?.text;
  return source.statements.some(isOverload);
}

function checkMembers(source: ts.SourceFile, declaration: ts.ClassDeclaration): void {
  for (const member of declaration.members) {
    if (member.name === undefined || ts.isPrivateIdentifier(member.name) || !ts.isMethodDeclaration(member)) continue;
    if (throwsByItself(member) && !hasThrowsTag(member)) {
      problems.push(`${position(source, member)}: ${member.name.getText()} throws; say what and when with @throws`);
    }
  }
}

function hasDocumentation(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

function hasThrowsTag(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'throws');
}

/** Whether there is a `throw` in the function's own body, outside functions inside it. */
function throwsByItself(declaration: ts.FunctionLikeDeclaration): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node)) found = true;
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  if (declaration.body !== undefined) ts.forEachChild(declaration.body, visit);
  return found;
}

function position(source: ts.SourceFile, node: ts.Node): string {
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${source.fileName}:${line + 1}`;
}

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
