import { escapeXml, type XmlElement } from './xml.ts';

/** What NovaCron keeps in a domain's own metadata, where every libvirt tool sees it. */
export interface VmMetadata {
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createdMs?: number | undefined;
  readonly clientToken?: string | undefined;
}

const namespace = 'https://novacron.dev/xmlns/vm/1';

/** The `<metadata>` element of a domain's XML. */
export function metadataXml({ tags, createdMs, clientToken }: VmMetadata): string {
  const attributes =
    (createdMs === undefined ? '' : ` created='${createdMs}'`) +
    (clientToken === undefined ? '' : ` token='${escapeXml(clientToken)}'`);
  const items = Object.entries(tags).map(
    ([name, value]) => `<nova:tag name='${escapeXml(name)}'>${escapeXml(value)}</nova:tag>`,
  );
  return `<metadata><nova:vm xmlns:nova='${namespace}'${attributes}>${items.join('')}</nova:vm></metadata>`;
}

/** Reads it back from a domain's `<metadata>`; other tools' metadata is left alone. */
export function readMetadata(metadata: XmlElement | undefined): VmMetadata {
  const own = metadata?.children.find(
    ({ name, attributes }) => name.endsWith(':vm') && attributes[`xmlns:${name.slice(0, -3)}`] === namespace,
  );
  if (own === undefined) return { tags: {} };
  // Not by assignment: that would lose a tag named __proto__.
  const tags = Object.fromEntries(
    own.children.flatMap(({ name, attributes, text }) =>
      name.endsWith(':tag') && attributes['name'] !== undefined ? [[attributes['name'], text]] : [],
    ),
  ) as Record<string, string>;
  const { created, token } = own.attributes as { created?: string; token?: string };
  return { tags, createdMs: created === undefined ? undefined : Number(created), clientToken: token };
}
