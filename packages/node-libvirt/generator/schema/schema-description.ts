/**
 * What the generator knows about libvirt's XML: the names, structure and datatypes of its RELAX NG schemas, without
 * their text. It is extracted once per libvirt release and committed, so that the code can be generated again without
 * the network.
 *
 * Patterns are written in a notation of our own, much like RELAX NG's compact syntax; `src/xml/grammar/read-pattern.ts`
 * reads it:
 *
 * | | |
 * | --- | --- |
 * | `name{P}`, `*{P}` | an element of that name, of any name |
 * | `@name{P}`, `@*{P}` | an attribute |
 * | `$name` | a definition |
 * | `'text'` | a value (`''` in it is an apostrophe) |
 * | `%int(minInclusive='0')!'7'` | a datatype with parameters, and texts that are excepted |
 * | `#`, `()`, `!` | any text, nothing, what never matches |
 * | `P,P`, `P&P`, `P\|P` | in this order, in any order, one of them |
 * | `P?`, `P*`, `P+` | how often |
 */
export interface SchemaDescription {
  /** The libvirt release it was extracted from. */
  readonly libvirt: string;
  /** Namespaces by the prefix that stands for them in names. */
  readonly namespaces: Readonly<Record<string, string>>;
  /** By file name without `.rng`; a grammar inside a file is named `FILE#NUMBER`. */
  readonly schemas: Readonly<Record<string, Schema>>;
}

/** One schema file. */
export interface Schema {
  readonly include: readonly string[];
  /** The pattern of whole documents; absent in files that are only included. */
  readonly start?: string | undefined;
  /** Patterns by name. */
  readonly define: Readonly<Record<string, string>>;
  /** Patterns that are added as a choice to definitions of the same name. */
  readonly choice: Readonly<Record<string, string>>;
}
