import { RE2JS } from 're2js';

/** A compiled regular expression: a test of a whole value, or what is wrong with it. */
export type CompiledRegex =
  | {
      /** Whether the whole value matches. */
      readonly test: (value: string) => boolean;
      /** The values that match, when there are few and they can be told. */
      readonly literals?: readonly string[] | undefined;
      /** What all values that match begin with, and after which anything may follow. */
      readonly prefix?: string | undefined;
    }
  | { readonly error: string };

/** A character, any character, or one of a class; only the last of them may be repeated. */
const simpleAlternative = /^(?:[^\\.+*?()|[\]{}^$]|\.|\[(?:[A-Za-z0-9](?:-[A-Za-z0-9])?)+\])+[+*]?$/;
/** Alternatives that are tried one by one. */
const mostAlternatives = 100;

const cache = new Map<string, CompiledRegex>();
const meta = /[\\.+*?()|[\]{}^$]/;

/**
 * Compiles a regular expression of RE2 that must match a whole value. It takes linear time on any value. Plain texts,
 * alternations of them (`a|b`, `(a|b)`), `x.*`, `.*` and `.+` need no machine at all; `vm-[0-9]|vm-1[0-4]` and others in
 * which nothing is repeated but the end go through JavaScript's own, which has nothing to go back to there.
 */
export function compileRegex(pattern: string): CompiledRegex {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  if (cache.size >= 1_000) cache.clear();
  const compiled = fastPath(pattern) ?? compile(pattern);
  cache.set(pattern, compiled);
  return compiled;
}

function fastPath(pattern: string): CompiledRegex | undefined {
  if (pattern === '.*') return { test: () => true };
  if (pattern === '.+') return { test: (value) => value !== '' };
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(pattern)?.[1] ?? pattern;
  const literals = inner.split('|');
  if (literals.every((literal) => !meta.test(literal))) {
    const wanted = new Set(literals);
    return { test: (value) => wanted.has(value), literals };
  }
  const [, prefix, rest] = /^([^\\.+*?()|[\]{}^$]+)(\.\*|\.\+)$/.exec(pattern) ?? [];
  if (prefix === undefined) return simple(inner, literals);
  if (rest === '.*') return { test: (value) => value.startsWith(prefix), prefix };
  return { test: (value) => value.length > prefix.length && value.startsWith(prefix) };
}

function simple(inner: string, alternatives: readonly string[]): CompiledRegex | undefined {
  if (alternatives.length > mostAlternatives || !alternatives.every((each) => simpleAlternative.test(each))) {
    return undefined;
  }
  try {
    const native = new RegExp(`^(?:${inner})$`, 'su');
    return { test: (value) => native.test(value) };
  } catch {
    return undefined; // RE2 says what is wrong with it
  }
}

function compile(pattern: string): CompiledRegex {
  try {
    const machine = RE2JS.compile(`^(?s:${pattern})$`);
    return { test: (value) => machine.matches(value) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: `error parsing regexp: ${reason.replace(/^error parsing regexp: /, '')}` };
  }
}
