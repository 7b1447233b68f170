import type { SchemaDescription } from './schema-description.ts';

/** All schemas as one table: definitions that differ between schemas have a number after their name. */
export interface LinkedSchemas {
  /** The pattern of whole documents by schema. */
  readonly starts: ReadonlyMap<string, string>;
  /** Patterns by name, those only that a start leads to. */
  readonly definitions: ReadonlyMap<string, string>;
}

const reference = /'(?:[^']|'')*'|\$([\w.-]+(?:#\d+)?)/g;

/**
 * Puts the schemas of the given names together.
 *
 * Each is a grammar of its own, in which the same name may mean something else because a definition was added to.
 * Definitions are shared where they mean the same, all that they lead to included.
 */
export function linkSchemas(description: SchemaDescription, names: readonly string[]): LinkedSchemas {
  const grammars = new Map<string, ReadonlyMap<string, string>>();
  const visit = (name: string): void => {
    if (grammars.has(name)) return;
    const grammar = grammarOf(description, name);
    grammars.set(name, grammar);
    for (const text of grammar.values()) {
      for (const target of references(text)) if (target.includes('#')) visit(target);
    }
  };
  for (const name of names) visit(name);

  const unique = uniqueNames(grammars);
  const renamed = (grammar: string, text: string): string =>
    text.replaceAll(reference, (token, target?: string) =>
      target === undefined
        ? token
        : `$${unique.get(target.includes('#') ? `${target} start` : `${grammar} ${target}`)}`,
    );
  const all = new Map<string, string>();
  for (const [grammar, definitions] of grammars) {
    for (const [name, text] of definitions) all.set(unique.get(`${grammar} ${name}`) ?? '', renamed(grammar, text));
  }

  const starts = new Map(names.map((name) => [name, renamed(name, grammars.get(name)?.get('start') ?? '!')]));
  const reached = new Set<string>();
  const reach = (text: string): void => {
    for (const target of references(text)) {
      if (reached.has(target)) continue;
      reached.add(target);
      const found = all.get(target);
      if (found === undefined) throw new Error(`the schemas have no ${target}`);
      reach(found);
    }
  };
  for (const text of starts.values()) reach(text);
  return { starts, definitions: new Map([...reached].toSorted().map((name) => [name, all.get(name) ?? ''])) };
}

function references(text: string): readonly string[] {
  return Array.from(text.matchAll(reference), ([, target]) => target ?? []).flat();
}

/** The definitions of a schema with all that it includes; `start` is one of them. */
function grammarOf(description: SchemaDescription, name: string): ReadonlyMap<string, string> {
  const definitions = new Map<string, string>();
  const choices: (readonly [string, string])[] = [];
  const seen = new Set<string>();
  const add = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const schema = description.schemas[file];
    if (schema === undefined) throw new Error(`there is no schema ${file}`);
    for (const included of schema.include) add(included);
    for (const [key, text] of Object.entries(schema.define)) {
      if (definitions.has(key)) throw new Error(`${file} defines ${key} again`);
      definitions.set(key, text);
    }
    choices.push(...Object.entries(schema.choice));
    if (schema.start !== undefined) definitions.set('start', schema.start);
  };
  add(name);
  for (const [key, text] of choices) definitions.set(key, `(${definitions.get(key) ?? '!'})|(${text})`);
  return definitions;
}

/** A name for each definition, by `GRAMMAR NAME`: the same for those that mean the same. */
function uniqueNames(grammars: ReadonlyMap<string, ReadonlyMap<string, string>>): ReadonlyMap<string, string> {
  let classes = new Map<string, string>();
  for (const [grammar, definitions] of grammars) {
    for (const [name, text] of definitions) classes.set(`${grammar} ${name}`, `${name}\n${text}`);
  }
  // Definitions that looked the same are told apart by what they lead to, until no more are.
  for (let count = 0; ;) {
    const numbers = new Map<string, number>();
    for (const each of classes.values()) if (!numbers.has(each)) numbers.set(each, numbers.size);
    if (numbers.size === count) break;
    count = numbers.size;
    const next = new Map<string, string>();
    for (const [grammar, definitions] of grammars) {
      for (const [name, text] of definitions) {
        const targets = references(text).map((target) =>
          numbers.get(classes.get(target.includes('#') ? `${target} start` : `${grammar} ${target}`) ?? ''),
        );
        next.set(`${grammar} ${name}`, `${numbers.get(classes.get(`${grammar} ${name}`) ?? '')} ${targets.join(' ')}`);
      }
    }
    classes = next;
  }

  const names = new Map<string, string>();
  const taken = new Map<string, string[]>();
  for (const [key, each] of classes) {
    const name = key.slice(key.indexOf(' ') + 1);
    const variants = taken.get(name) ?? [];
    taken.set(name, variants);
    if (!variants.includes(each)) variants.push(each);
    const index = variants.indexOf(each);
    names.set(key, index === 0 ? name : `${name}.${index + 1}`);
  }
  return names;
}
