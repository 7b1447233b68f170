import type { SyntaxNode } from '@lezer/common';
import type { Expression, TextRange } from '../ast/expression.ts';
import { parseError } from '../error.ts';
import { parseNumber } from './number.ts';
import { unquote } from './unquote.ts';

/** What turning a syntax tree into an expression needs. */
export interface Building {
  readonly text: string;
  readonly experimental: boolean;
  /** Turns the node of an expression into one. */
  build(node: SyntaxNode): Expression;
}

/** The children of a node that are of it, comments left out. */
export function childNodes(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.type.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** Where a node stands. */
export function rangeOf({ from, to }: { readonly from: number; readonly to: number }): TextRange {
  return { from, to };
}

/**
 * The number of a node.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when it is none.
 */
export function numberOf(text: string, node: SyntaxNode): number {
  const literal = text.slice(node.from, node.to);
  const value = parseNumber(literal);
  if (Number.isNaN(value) && !/^[+-]?nan$/i.test(literal)) {
    throw parseError(text, rangeOf(node), `bad number or duration syntax: ${JSON.stringify(literal)}`);
  }
  return value;
}

/**
 * The text of a string's node.
 *
 * @throws {PromqlError} NOVA_MONITORING_QUERY_INVALID when an escape is unknown.
 */
export function stringOf(text: string, node: SyntaxNode): string {
  const value = unquote(text.slice(node.from, node.to));
  if (value === undefined) {
    throw parseError(text, rangeOf(node), `error unquoting string ${JSON.stringify(text.slice(node.from, node.to))}`);
  }
  return value;
}
