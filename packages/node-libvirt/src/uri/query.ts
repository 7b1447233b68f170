/** The parameters of a URI's query, by name; libvirt does not tell `Mode` from `mode`. */
export type UriParameters = Readonly<Record<string, string>>;

/** One `name=value` of a query: as it was written, and what it means. */
export interface UriParameter {
  readonly written: string;
  /** In small letters. */
  readonly name: string;
  readonly value: string;
}

/**
 * Takes a query apart as libvirt does: at `&`, or at `;` where no `&` is left; a `+` is a plus, a name without `=` has
 * an empty value, and a part without a name counts for nothing.
 *
 * @returns undefined when a percent sign begins no character.
 */
export function parseQuery(query: string): readonly UriParameter[] | undefined {
  const parts: UriParameter[] = [];
  const beyondAmpersand = query.lastIndexOf('&') + 1;
  const written = [...query.slice(0, beyondAmpersand).split('&'), ...query.slice(beyondAmpersand).split(';')];
  for (const part of written) {
    const equals = part.indexOf('=');
    const name = decode(equals === -1 ? part : part.slice(0, equals));
    const value = equals === -1 ? '' : decode(part.slice(equals + 1));
    if (name === undefined || value === undefined) return undefined;
    if (name !== '') parts.push({ written: part, name: name.toLowerCase(), value });
  }
  return parts;
}

/** Undoes percent-encoding; undefined when it is none. */
export function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
