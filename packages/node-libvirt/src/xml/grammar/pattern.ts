import type { Datatype } from './datatype.ts';

/** What a {@link Pattern} is. */
export type PatternKind =
  | 'none'
  | 'empty'
  | 'text'
  | 'value'
  | 'data'
  | 'attribute'
  | 'element'
  | 'choice'
  | 'group'
  | 'interleave'
  | 'oneOrMore';

/**
 * One pattern of a grammar. The same pattern is the same object, so that what is found out about it is kept in it; the
 * {@link PatternPool} makes them.
 */
export interface Pattern {
  readonly kind: PatternKind;
  /** What tells it from the others in its pool. */
  readonly id: number;
  /** The patterns that it is made of. */
  readonly parts: readonly Pattern[];
  /** Whether it holds where there is nothing. */
  readonly nullable: boolean;
  /** Whether attributes are in it, outside of elements. */
  readonly hasAttributes: boolean;
  /** The name of an element or attribute, with the description's prefix, and `*` for any; the text of a value. */
  readonly name: string;
  /** What may stand in the element or attribute. */
  readonly content: () => Pattern;
  /** The check of data. */
  readonly datatype: Datatype | undefined;
  /** The name of the definition that is this pattern, if one is. */
  definition: string | undefined;
  /** What follows when an element of a name was seen, by name. */
  elementSteps: Map<string, readonly Step[]> | undefined;
  /** What follows when an attribute of a name was seen, by name. */
  attributeSteps: Map<string, readonly Step[]> | undefined;
  /** What is left when no attribute follows. */
  closed: Pattern | undefined;
}

/** One way to go on: the element or attribute that was taken, and the pattern of what may follow beside it. */
export interface Step {
  readonly taken: Pattern;
  readonly rest: Pattern;
}
