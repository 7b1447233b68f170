import type { Pattern } from '../grammar/pattern.ts';

/** How often something stands somewhere; two stands for more. */
export interface Occurrence {
  least: number;
  most: number;
}

/** What may stand in an element: the attributes and elements by name, and text. */
export interface Contents {
  readonly attributes: Map<string, { readonly patterns: Pattern[]; occurrence: Occurrence }>;
  readonly elements: Map<string, { readonly patterns: Pattern[]; occurrence: Occurrence }>;
  readonly texts: Pattern[];
  /** Whether there must be a text. */
  textRequired: boolean;
  /** Whether any element may be there. */
  open: boolean;
  /** Whether the schema wants some elements before others. */
  sequenced: boolean;
  /** Whether elements of different names follow each other again and again. */
  repeated: boolean;
}

/** Looks into patterns, into each once. */
export class ContentsReader {
  private readonly found = new Map<Pattern, Contents>();

  /** What may stand in a pattern, and how often. */
  in(pattern: Pattern): Contents {
    let found = this.found.get(pattern);
    if (found === undefined) this.found.set(pattern, (found = this.find(pattern)));
    return found;
  }

  private find(pattern: Pattern): Contents {
    const { kind, name, parts } = pattern;
    const found: Contents = {
      attributes: new Map(),
      elements: new Map(),
      texts: [],
      textRequired: false,
      open: false,
      sequenced: false,
      repeated: false,
    };
    const once = { least: 1, most: 1 };
    switch (kind) {
      case 'attribute':
        if (name !== '*') found.attributes.set(name, { patterns: [pattern], occurrence: once });
        return found;
      case 'element':
        if (name === '*') found.open = true;
        else found.elements.set(name, { patterns: [pattern], occurrence: once });
        return found;
      case 'text':
      case 'value':
      case 'data':
        found.textRequired = kind !== 'text';
        found.texts.push(pattern);
        return found;
      case 'choice':
        return merged(parts.map((part) => this.in(part)));
      case 'oneOrMore': {
        const [inside] = parts.map((part) => this.in(part));
        if (inside === undefined) return found;
        // A group that repeats is a sequence; in a choice that repeats, the order means nothing by itself.
        return { ...sum([inside, inside]), repeated: inside.repeated || inside.sequenced };
      }
      default: {
        const isSequence = kind === 'group' && parts.filter(holdsElement).length > 1;
        const all = sum(parts.map((part) => this.in(part)));
        return { ...all, sequenced: all.sequenced || isSequence };
      }
    }
  }
}

/** Alternatives: what is in one of them may be missing in another. */
export function merged(alternatives: readonly Contents[]): Contents {
  return combined(
    alternatives,
    (a, b) => ({ least: Math.min(a.least, b.least), most: Math.max(a.most, b.most) }),
    true,
  );
}

/** Parts that stand beside each other. */
function sum(parts: readonly Contents[]): Contents {
  return combined(parts, (a, b) => ({ least: Math.max(a.least, b.least), most: Math.min(2, a.most + b.most) }), false);
}

function combined(
  all: readonly Contents[],
  add: (a: Occurrence, b: Occurrence) => Occurrence,
  alternatives: boolean,
): Contents {
  const result: Contents = {
    attributes: new Map(),
    elements: new Map(),
    texts: [],
    textRequired: false,
    open: false,
    sequenced: false,
    repeated: false,
  };
  const never = { least: 0, most: 0 };
  for (const part of ['attributes', 'elements'] as const) {
    const lists = all.map((found) => [...found[part].keys()]).filter(({ length }) => length > 0);
    for (const name of alternatives && lists.length > 1 ? inOrder(lists) : new Set(lists.flat())) {
      const entries = all.map((found) => found[part].get(name));
      const present = entries.filter((entry) => entry !== undefined);
      const occurrences = alternatives
        ? entries.map((entry) => entry?.occurrence ?? never)
        : present.map(({ occurrence }) => occurrence);
      const patterns = [...new Set(present.flatMap((entry) => entry.patterns))];
      result[part].set(name, { patterns, occurrence: occurrences.reduce(add) });
    }
  }
  result.texts.push(...new Set(all.flatMap(({ texts }) => texts)));
  result.textRequired = alternatives ? all.every((each) => each.textRequired) : all.some((each) => each.textRequired);
  result.open = all.some(({ open }) => open);
  result.sequenced = all.some(({ sequenced }) => sequenced);
  result.repeated = all.some(({ repeated }) => repeated);
  return result;
}

/** All names of several lists, each list's own order kept where the others don't contradict it. */
function inOrder(lists: readonly (readonly string[])[]): Iterable<string> {
  const before = new Map<string, Set<string>>();
  for (const list of lists) {
    for (const [index, name] of list.entries()) {
      const others = before.get(name) ?? new Set();
      before.set(name, others);
      const previous = list[index - 1];
      if (previous !== undefined) others.add(previous);
    }
  }
  const result = new Set<string>();
  while (result.size < before.size) {
    const left = [...before.keys()].filter((name) => !result.has(name));
    const [first = ''] = left;
    result.add(left.find((name) => [...(before.get(name) ?? [])].every((other) => result.has(other))) ?? first);
  }
  return result;
}

/** Whether there are elements in a pattern. */
function holdsElement({ kind, parts }: Pattern): boolean {
  return kind === 'element' || parts.some(holdsElement);
}
