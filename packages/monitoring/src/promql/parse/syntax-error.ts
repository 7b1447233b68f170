import type { SyntaxNode, Tree } from '@lezer/common';
import type { TextRange } from '../ast/expression.ts';

/** The first place at which a text stops being a query, in the words of Prometheus where they are the same. */
export function syntaxError(
  text: string,
  tree: Tree,
): { readonly range: TextRange; readonly message: string } | undefined {
  if (text.replace(/#.*/g, '').trim() === '') {
    return { range: { from: 0, to: text.length }, message: 'no expression found in input' };
  }
  const cursor = tree.cursor();
  do {
    if (cursor.type.isError) return describe(text, cursor.node);
  } while (cursor.next());
  return undefined;
}

function describe(text: string, error: SyntaxNode): { readonly range: TextRange; readonly message: string } {
  const from = error.from + (/^\s*/.exec(text.slice(error.from))?.[0].length ?? 0);
  const context = contexts[error.parent?.type.name ?? ''];
  const where = context === undefined ? '' : ` in ${context}`;
  const called = /([A-Za-z_:][\w:]*)\s*$/.exec(text.slice(0, from))?.[0];
  if (text[from] === '(' && called !== undefined) {
    const name = called.trim();
    return { range: { from: from - called.length, to: from }, message: `unknown function with name "${name}"` };
  }
  const balance = bracketError(text);
  if (balance !== undefined) return balance;
  if (from >= text.length) {
    return { range: { from: text.length, to: text.length }, message: `unexpected end of input${where}` };
  }
  const token = /^(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[A-Za-z_:][\w:]*|\d[\w.]*|[=!]~|[=!<>]=|.)/s.exec(
    text.slice(from),
  )?.[0] as string;
  return { range: { from, to: from + token.length }, message: `unexpected ${nameOf(token)}${where}` };
}

const contexts: Readonly<Record<string, string>> = {
  LabelMatchers: 'label matching',
  UnquotedLabelMatcher: 'label matching',
  GroupingLabels: 'grouping opts',
  AggregateExpr: 'aggregation',
  FunctionCallBody: 'function call',
  OffsetExpr: 'offset',
  StepInvariantExpr: 'position "@"',
  SubqueryExpr: 'subquery selector',
  MatrixSelector: 'range selector',
};

const brackets: Readonly<Record<string, string>> = {
  '(': 'left parenthesis',
  ')': 'right parenthesis',
  '{': 'left brace',
  '}': 'right brace',
  '[': 'left bracket',
  ']': 'right bracket',
};
const partners: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };

/** A bracket that is never closed, or one that closes nothing; strings that never end likewise. */
function bracketError(text: string): { readonly range: TextRange; readonly message: string } | undefined {
  const open: string[] = [];
  const tokens = text.matchAll(/"(?:\\.|[^"\\])*("?)|'(?:\\.|[^'\\])*('?)|`[^`]*(`?)|#.*|[()[\]{}]/gs);
  for (const { 0: token, 1: double, 2: single, 3: raw, index } of tokens) {
    const range = { from: index, to: index + token.length };
    if ([double, single, raw].includes('')) {
      return { range, message: raw === '' ? 'unterminated raw string' : 'unterminated quoted string' };
    }
    if ('([{'.includes(token)) open.push(token);
    else if (token in partners) {
      if (open.pop() !== partners[token]) return { range, message: `unexpected ${brackets[token]} '${token}'` };
    }
  }
  const unclosed = open.at(-1);
  if (unclosed === undefined) return undefined;
  return { range: { from: text.length, to: text.length }, message: `unclosed ${brackets[unclosed]}` };
}

function nameOf(token: string): string {
  const bracket = brackets[token];
  if (bracket !== undefined) return `${bracket} '${token}'`;
  if (/^["'`]/.test(token)) return `string ${JSON.stringify(token)}`;
  if (/^\d/.test(token)) return `number ${JSON.stringify(token)}`;
  if (/^[A-Za-z_:]/.test(token)) return `identifier ${JSON.stringify(token)}`;
  return token === ',' ? '","' : `character: '${token}'`;
}
