/** What kind of mistake an {@link XMLProblem} is. */
export type XMLProblemKind =
  | 'not-well-formed'
  | 'unexpected-element'
  | 'missing-element'
  | 'unexpected-attribute'
  | 'missing-attribute'
  | 'invalid-value'
  | 'unexpected-text';

/** One place where a document is not as libvirt's schema wants it. */
export interface XMLProblem {
  readonly kind: XMLProblemKind;
  /** Where, as an XPath: `/domain/devices/disk[2]/target/@bus`. */
  readonly path: string;
  /** The line of the text, from 1. */
  readonly line: number;
  /** The column of the line in UTF-16 units, from 1. */
  readonly column: number;
  /** What stands there; empty when something is missing. Cut after 80 characters. */
  readonly found: string;
  /** What could stand there, in words: names, or kinds of values. */
  readonly expected: readonly string[];
  /** All of it in a sentence. */
  readonly message: string;
}
