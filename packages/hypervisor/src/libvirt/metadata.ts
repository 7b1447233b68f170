import { writeXML, type XMLElement } from 'node-libvirt/xml';
import type { XmlElement } from './xml.ts';

/** What NovaCron keeps in a domain's own metadata, where every libvirt tool sees it. */
export interface VmMetadata {
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createdMs?: number | undefined;
  readonly clientToken?: string | undefined;
  readonly owner?: string | undefined;
  readonly category?: string | undefined;
  readonly notes?: string | undefined;
  /** The volumes that were made with it, as `pool/name`. */
  readonly volumes?: readonly string[] | undefined;
}

/** The namespace of NovaCron's element, and the prefix that it is written with. */
export const metadataNamespace = { uri: 'https://novacron.dev/xmlns/vm/1', prefix: 'nova' } as const;

/** The `<metadata>` element of a domain's XML. */
export function metadataElement(metadata: VmMetadata): XMLElement {
  return { name: 'metadata', attributes: {}, children: [ownElement(metadata, { declared: true })] };
}

/** NovaCron's own element without its namespace, as libvirt's call to set metadata takes it: libvirt puts it in front. */
export function metadataXml(metadata: VmMetadata): string {
  return writeXML(ownElement(metadata, { declared: false }));
}

function ownElement(
  { tags, createdMs, clientToken, owner, category, notes, volumes = [] }: VmMetadata,
  { declared }: { readonly declared: boolean },
): XMLElement {
  const prefix = declared ? `${metadataNamespace.prefix}:` : '';
  const child = (name: string, text: string, attributes: Record<string, string> = {}): XMLElement => ({
    name: prefix + name,
    attributes,
    children: text === '' ? [] : [text],
  });
  const texts = Object.entries({ owner, category, notes });
  return {
    name: `${prefix}vm`,
    attributes: {
      ...(declared ? { [`xmlns:${metadataNamespace.prefix}`]: metadataNamespace.uri } : {}),
      ...(createdMs === undefined ? {} : { created: String(createdMs) }),
      ...(clientToken === undefined ? {} : { token: clientToken }),
    },
    children: [
      ...Object.entries(tags).map(([name, value]) => child('tag', value, { name })),
      ...texts.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [child(name, text)])),
      ...volumes.map((volume) => child('volume', volume)),
    ],
  };
}

/** Reads it back from a domain's `<metadata>`; other tools' metadata is left alone. */
export function readMetadata(metadata: XmlElement | undefined): VmMetadata {
  const own = metadata?.children.find(
    ({ name, attributes }) =>
      name.endsWith(':vm') && attributes[`xmlns:${name.slice(0, -3)}`] === metadataNamespace.uri,
  );
  if (own === undefined) return { tags: {} };
  const children = own.children.map(({ name, ...rest }) => ({ name: name.slice(name.indexOf(':') + 1), ...rest }));
  // Not by assignment: that would lose a tag named __proto__.
  const tags = Object.fromEntries(
    children.flatMap(({ name, attributes, text }) =>
      name === 'tag' && attributes['name'] !== undefined ? [[attributes['name'], text]] : [],
    ),
  ) as Record<string, string>;
  const text = (wanted: string): string | undefined => children.find(({ name }) => name === wanted)?.text;
  const volumes = children.filter(({ name }) => name === 'volume').map((volume) => volume.text);
  const { created, token } = own.attributes as { created?: string; token?: string };
  return {
    tags,
    createdMs: created === undefined ? undefined : Number(created),
    clientToken: token,
    owner: text('owner'),
    category: text('category'),
    notes: text('notes'),
    volumes: volumes.length === 0 ? undefined : volumes,
  };
}
