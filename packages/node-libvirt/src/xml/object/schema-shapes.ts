import { type Grammar, sharedGrammar } from '../grammar/grammar.ts';
import type { Pattern } from '../grammar/pattern.ts';
import { type Shape, Shapes } from './shape.ts';

const shapes = new WeakMap<Grammar, Shapes>();
const roots = new WeakMap<Grammar, Map<string, RootShape>>();

/** What documents of a kind begin with. */
export interface RootShape {
  /** The name of the root element; undefined where it may be one of several. */
  readonly name: string | undefined;
  /** The shape of the root element; of what is around it where it may be one of several. */
  readonly shape: Shape;
  /** The grammar that it belongs to. */
  readonly grammar: Grammar;
}

/** The shape of a kind's root element. */
export function rootShape(kind: string, grammar: Grammar = sharedGrammar()): RootShape {
  let byKind = roots.get(grammar);
  if (byKind === undefined) roots.set(grammar, (byKind = new Map()));
  let root = byKind.get(kind);
  if (root === undefined) {
    const start = grammar.start(kind);
    const elements = rootElements(start);
    const known = shapesOf(grammar);
    const name = elements.every((element) => element.name === elements[0]?.name) ? elements[0]?.name : undefined;
    root = { name, shape: name === undefined ? known.around(start) : known.of(elements), grammar };
    byKind.set(kind, root);
  }
  return root;
}

/** The shapes that are made of a grammar. */
export function shapesOf(grammar: Grammar): Shapes {
  let known = shapes.get(grammar);
  if (known === undefined) shapes.set(grammar, (known = new Shapes()));
  return known;
}

/** The elements that a document may begin with. */
export function rootElements(start: Pattern): readonly Pattern[] {
  return start.kind === 'element' ? [start] : start.parts.flatMap(rootElements);
}
