/** The namespace of the prefix `xml`, which is always declared. */
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** The namespaces that one element declares, inside those of the elements around it. */
export interface NamespaceScope {
  readonly outer: NamespaceScope | undefined;
  /** URIs by prefix; the default namespace has the empty one. */
  readonly declared: ReadonlyMap<string, string>;
}

/** The URI of a prefix, the empty prefix too; undefined when it is not declared. */
export function namespaceOf(prefix: string, scope: NamespaceScope | undefined): string | undefined {
  if (prefix === 'xml') return xmlNamespace;
  for (let each = scope; each !== undefined; each = each.outer) {
    const uri = each.declared.get(prefix);
    if (uri !== undefined) return uri;
  }
  return prefix === '' ? '' : undefined;
}

/** The prefix that an attribute declares: `q` for `xmlns:q`, nothing for `xmlns`; undefined for other attributes. */
export function declaredPrefix(attribute: string): string | undefined {
  if (!attribute.startsWith('xmlns')) return undefined;
  if (attribute.length === 5) return '';
  return attribute.charCodeAt(5) === 58 ? attribute.slice(6) : undefined;
}

/** What is wrong with the declaration of a prefix; undefined when nothing is. */
export function declarationFault(prefix: string, uri: string): string | undefined {
  if (prefix === 'xmlns' || uri === xmlnsNamespace) return 'the prefix "xmlns" can not be declared';
  if ((prefix === 'xml') !== (uri === xmlNamespace)) return 'the prefix "xml" and its namespace belong to each other';
  if (prefix !== '' && uri === '') return `the prefix "${prefix}" must stand for a namespace`;
  return undefined;
}
