import type { Datatype } from './datatype.ts';
import type { Pattern, PatternKind } from './pattern.ts';

const noParts: readonly Pattern[] = [];

/** Makes patterns, simplified, and each only once. */
export class PatternPool {
  /** What never matches. */
  readonly none: Pattern;
  /** What matches nothing at all. */
  readonly empty: Pattern;
  /** Any text. */
  readonly text: Pattern;
  private readonly known = new Map<string, Pattern>();
  private count = 0;

  constructor() {
    this.none = this.add('none', noParts, { nullable: false });
    this.empty = this.add('empty', noParts, { nullable: true });
    this.text = this.add('text', noParts, { nullable: true });
  }

  /** How many patterns were made. */
  get size(): number {
    return this.count;
  }

  /** One of these. */
  choice(parts: readonly Pattern[]): Pattern {
    const distinct = new Set<Pattern>();
    for (const part of parts) {
      if (part.kind === 'choice' && part.definition === undefined) for (const each of part.parts) distinct.add(each);
      else if (part !== this.none) distinct.add(part);
    }
    // Nothing is one of the choices already when another one may be nothing.
    if (distinct.has(this.empty)) {
      for (const part of distinct) {
        if (part !== this.empty && part.nullable) {
          distinct.delete(this.empty);
          break;
        }
      }
    }
    const [first = this.none] = distinct;
    if (distinct.size <= 1) return first;
    const list = [...distinct];
    return this.compound(
      'choice',
      list,
      list.some(({ nullable }) => nullable),
    );
  }

  /** These, in this order. */
  group(parts: readonly Pattern[]): Pattern {
    return this.all('group', parts);
  }

  /** These, in any order. */
  interleave(parts: readonly Pattern[]): Pattern {
    return this.all('interleave', parts);
  }

  /** This, once or more often. */
  oneOrMore(part: Pattern): Pattern {
    if (part === this.none || part === this.empty || part === this.text || part.kind === 'oneOrMore') return part;
    return this.compound('oneOrMore', [part], part.nullable);
  }

  /** An element. */
  element(name: string, content: () => Pattern): Pattern {
    return this.add('element', noParts, { nullable: false, name, content });
  }

  /** An attribute. */
  attribute(name: string, content: Pattern): Pattern {
    const key = `@${name} ${content.id}`;
    return this.kept(key, () =>
      this.add('attribute', noParts, { nullable: false, name, content: () => content, hasAttributes: true }),
    );
  }

  /** A text, white space aside. */
  value(text: string): Pattern {
    return this.kept(`'${text}`, () => this.add('value', noParts, { nullable: false, name: text }));
  }

  /** A text of a datatype. */
  data(datatype: Datatype): Pattern {
    return this.add('data', noParts, { nullable: false, datatype });
  }

  private all(kind: 'group' | 'interleave', parts: readonly Pattern[]): Pattern {
    const list: Pattern[] = [];
    for (const part of parts) {
      if (part === this.none) return part;
      if (part.kind === kind) list.push(...part.parts);
      else if (part !== this.empty) list.push(part);
    }
    if (list.length <= 1) return list[0] ?? this.empty;
    return this.compound(
      kind,
      list,
      list.every(({ nullable }) => nullable),
    );
  }

  private compound(kind: PatternKind, parts: readonly Pattern[], nullable: boolean): Pattern {
    const key = `${kind} ${parts.map(({ id }) => id).join(' ')}`;
    return this.kept(key, () => {
      const hasAttributes = parts.some((part) => part.hasAttributes);
      return this.add(kind, parts, { nullable, hasAttributes });
    });
  }

  private kept(key: string, make: () => Pattern): Pattern {
    let pattern = this.known.get(key);
    if (pattern === undefined) this.known.set(key, (pattern = make()));
    return pattern;
  }

  private add(
    kind: PatternKind,
    parts: readonly Pattern[],
    rest: Pick<Pattern, 'nullable'> & Partial<Pick<Pattern, 'name' | 'content' | 'datatype' | 'hasAttributes'>>,
  ): Pattern {
    return {
      kind,
      id: this.count++,
      parts,
      nullable: rest.nullable,
      hasAttributes: rest.hasAttributes ?? false,
      name: rest.name ?? '',
      content: rest.content ?? (() => this.empty),
      datatype: rest.datatype,
      definition: undefined,
      elementSteps: undefined,
      attributeSteps: undefined,
      closed: undefined,
    };
  }
}
