/** A parsed declaration such as `remote_typed_param params<MAX>`. */
export interface Declaration {
  /** The base type: a scalar (`unsigned hyper`), `string`, `opaque`, `char` or a name. */
  readonly type: string;
  readonly name: string;
  /** One value, a fixed number of them, up to a limit of them, or one that may be absent. */
  readonly shape: 'one' | 'fixed' | 'list' | 'optional';
  /** The length of `fixed`, the limit of `list`; of `string` too. */
  readonly limit: number;
}

const pattern = /^(.*?)\s*(\*?)(\w+)\s*(?:\[(\w+)\]|<(\w*)>)?$/;

/**
 * Parses one declaration of a protocol file.
 *
 * @param known - Constants that lengths and limits may name.
 */
export function parseDeclaration(text: string, known: ReadonlyMap<string, number>): Declaration {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`cannot parse declaration "${text}"`);
  const [, type = '', pointer, name = '', fixed, list] = match;
  const length = (expression: string): number => {
    const value = known.get(expression) ?? Number(expression);
    if (!Number.isInteger(value)) throw new Error(`unknown length ${expression} in "${text}"`);
    return value;
  };
  if (pointer) return { type, name, shape: 'optional', limit: 1 };
  if (fixed !== undefined) return { type, name, shape: 'fixed', limit: length(fixed) };
  if (list !== undefined) return { type, name, shape: 'list', limit: length(list) };
  return { type, name, shape: 'one', limit: 1 };
}
