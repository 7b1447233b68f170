import { definitions, namespaces, starts } from '../schema/grammar.gen.ts';
import { localName } from '../tree/xml-element.ts';
import { Derivation } from './derive.ts';
import type { Pattern } from './pattern.ts';
import { PatternPool } from './pattern-pool.ts';
import { readPattern } from './read-pattern.ts';

/**
 * A kind of document that libvirt has a schema for, by the name of the schema: `domain`, `network`, `storagepool`,
 * `storagevol` ..., as `virt-xml-validate` takes it.
 */
export type XMLKind = keyof typeof starts;

/** All kinds of documents. */
export const xmlKinds: readonly XMLKind[] = Object.keys(starts) as XMLKind[];

/** The name that stands for all names that no pattern has. */
const otherName = '?';

/** What a grammar is read from; `grammar.gen.ts` is libvirt's. */
export interface GrammarSource {
  readonly definitions: string;
  readonly namespaces: Readonly<Record<string, string>>;
  readonly starts: Readonly<Record<string, string>>;
}

/** libvirt's schemas, read as far as they were needed. */
export class Grammar {
  readonly pool: PatternPool = new PatternPool();
  readonly derivation: Derivation = new Derivation(this.pool);
  private readonly texts = new Map<string, string>();
  private readonly resolved = new Map<string, Pattern>();
  private readonly startTexts: Readonly<Record<string, string>>;
  private readonly starts = new Map<string, Pattern>();
  private readonly names: ReadonlySet<string>;
  private readonly prefixes: ReadonlyMap<string, string>;

  /** @param source - Its patterns as text. */
  constructor({ definitions, namespaces, starts }: GrammarSource) {
    this.startTexts = starts;
    this.prefixes = new Map(Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix]));
    for (const line of definitions.split('\n')) {
      const end = line.indexOf('=');
      this.texts.set(line.slice(0, end), line.slice(end + 1));
    }
    this.names = new Set(definitions.match(/[\w:.-]+(?=\{)/g));
  }

  /** The pattern of whole documents. */
  start(kind: string): Pattern {
    let pattern = this.starts.get(kind);
    if (pattern === undefined) {
      pattern = readPattern(this.startTexts[kind] ?? '!', this.pool, this.resolve);
      this.starts.set(kind, pattern);
    }
    return pattern;
  }

  /**
   * How patterns call what a document calls `name` in a namespace: with the schemas' own prefix, and `?` where the name
   * is in none of them, so that what is remembered by name is bounded.
   */
  patternName(name: string, namespace: string | undefined): string {
    let known = name;
    if (namespace !== undefined) {
      const prefix = this.prefixes.get(namespace);
      known = prefix === undefined ? otherName : `${prefix}:${localName(name)}`;
    } else if (name.includes(':')) return otherName;
    return this.names.has(known) ? known : otherName;
  }

  private readonly resolve = (name: string): Pattern => {
    let pattern = this.resolved.get(name);
    if (pattern === undefined) {
      const text = this.texts.get(name);
      if (text === undefined) throw new Error(`the grammar has no ${name}`);
      pattern = readPattern(text, this.pool, this.resolve);
      pattern.definition ??= name;
      this.resolved.set(name, pattern);
    }
    return pattern;
  };
}

/** More patterns than the schemas themselves make; what documents add is bounded by forgetting it. */
const mostPatterns = 100_000;

let shared: Grammar | undefined;

/** The grammar that is shared by all, made when it is first needed. */
export function sharedGrammar(): Grammar {
  if (shared === undefined || shared.pool.size > mostPatterns)
    shared = new Grammar({ definitions, namespaces, starts });
  return shared;
}
