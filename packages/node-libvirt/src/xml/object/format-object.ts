import { namespaces } from '../schema/grammar.gen.ts';
import { setOwn, type XMLElement, type XMLNode } from '../tree/xml-element.ts';
import { invalidXML } from '../tree/xml-fault.ts';
import type { AnyObject } from './parse-object.ts';
import { numberOrText, spell } from './scalar.ts';
import { type ChildProperty, extraKey, type Shape } from './shape.ts';
import type { XMLExtra } from './xml-extra.ts';

const deepest = 256;
const uris: Readonly<Record<string, string>> = namespaces;

/** Makes the element of an object: known attributes and children in the order of the schema, then the others. */
export class ObjectFormatter {
  /** Prefixes that are used and have to be declared. */
  private readonly prefixes = new Set<string>();
  /** What the root declares by itself. */
  private declared: Readonly<Record<string, string>> = {};

  /**
   * The root element.
   *
   * @param name - Its name; undefined where the object says by its only key which element it is.
   * @throws {LibvirtError} LIBVIRT_XML_INVALID when a value is none that can be written.
   */
  root(name: string | undefined, object: unknown, shape: Shape, path: string): XMLElement {
    this.declared = isObject(object) ? (object.extra?.attributes ?? {}) : {};
    let element = this.element(name ?? path, object, shape, path, 0);
    if (name === undefined) {
      const [only] = element.children;
      if (element.children.length !== 1 || typeof only !== 'object')
        refuse(`${path} must have one key with one element`);
      element = only;
    }
    for (const prefix of this.prefixes) element.attributes[`xmlns:${prefix}`] ??= uris[prefix] ?? '';
    return element;
  }

  private element(name: string, object: unknown, shape: Shape, path: string, depth: number): XMLElement {
    if (!isObject(object)) refuse(`${path} must be an object, not ${describe(object)}`);
    if (depth > deepest) refuse(`${path} is deeper than ${deepest} levels, or in itself`);
    const { extra } = object;
    const attributes: Record<string, string> = {};
    for (const [attribute, place] of shape.attributes) {
      const value = object[place.key];
      if (value !== undefined) attributes[attribute] = textOfValue(value, place.key, extra, `${path}.${place.key}`);
    }
    for (const [attribute, value] of Object.entries(extra?.attributes ?? {})) {
      if (!Object.hasOwn(attributes, attribute)) setOwn(attributes, attribute, value);
    }
    const children = this.children(object, shape, path, depth);
    checkKeys(object, shape, path);
    if (shape.text !== undefined) {
      const value = object[shape.text.key];
      if (value !== undefined) children.unshift(textOfValue(value, shape.text.key, extra, `${path}.${shape.text.key}`));
    }
    if (extra?.text !== undefined) children.push(extra.text);
    return { name, attributes, children };
  }

  private children(object: AnyObject, shape: Shape, path: string, depth: number): XMLNode[] {
    const byKey = new Map<string, XMLNode[]>();
    for (const place of shape.children.values()) {
      const value = object[place.key];
      if (value === undefined) continue;
      const where = `${path}.${place.key}`;
      if (place.many !== Array.isArray(value)) {
        refuse(`${where} must ${place.many ? 'be an array' : 'not be an array'}`);
      }
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      const elements = values.map((each, index) => {
        const slot = place.many ? `${place.key}[${index}]` : place.key;
        return this.child(each, place, object.extra, slot, `${path}.${slot}`, depth);
      });
      byKey.set(place.key, elements);
    }
    const others = object.extra?.elements ?? [];
    if (!Array.isArray(others)) refuse(`${path}.extra.elements must be an array`);
    for (const element of others) this.use(element);
    byKey.set(extraKey, [...others]);
    const order = object.extra?.order;
    if (!shape.ordered || !Array.isArray(order)) return [...byKey.values()].flat();
    const queues = new Map(Array.from(byKey, ([key, elements]) => [key, elements.values()]));
    const first = order.flatMap((key) => {
      const next = queues.get(key)?.next();
      return next === undefined || next.done === true ? [] : [next.value];
    });
    return first.concat(...Array.from(queues.values(), (queue) => [...queue]));
  }

  private child(
    value: unknown,
    place: ChildProperty,
    extra: XMLExtra | undefined,
    slot: string,
    path: string,
    depth: number,
  ): XMLElement {
    const { name } = place;
    let element: XMLElement;
    if (place.form === 'object') element = this.element(name, value, place.shape(), path, depth + 1);
    else if (place.form === 'scalar') {
      const text = textOfValue(value, slot, extra, path);
      element = { name, attributes: { ...extra?.attributesOf?.[slot] }, children: text === '' ? [] : [text] };
    } else {
      element = value as XMLElement;
      if (!isObject(value) || element.name !== name)
        refuse(`${path} must be the element <${name}>, not ${describe(value)}`);
      this.use(element);
    }
    this.declarePrefix(element);
    return element;
  }

  /** Sees to it that the schemas' own prefix of an element means their namespace. */
  private declarePrefix({ name, attributes }: XMLElement): void {
    const length = name.indexOf(':');
    if (length === -1) return;
    const prefix = name.slice(0, length);
    const uri = uris[prefix];
    if (uri === undefined) return;
    if ((this.declared[`xmlns:${prefix}`] ?? uri) === uri) this.prefixes.add(prefix);
    else attributes[`xmlns:${prefix}`] ??= uri;
  }

  /** Looks for the schemas' own prefixes in an element that is written as it is. */
  private use(element: XMLElement, depth: number = 0): void {
    if (!isObject(element) || !Array.isArray(element.children) || !isObject(element.attributes)) {
      refuse(`expected an element with name, attributes and children, not ${describe(element)}`);
    }
    if (depth > deepest) refuse(`<${element.name}> is deeper than ${deepest} levels, or in itself`);
    for (const name of [element.name, ...Object.keys(element.attributes)]) {
      const prefix = /^([^:]*):/.exec(name)?.[1] ?? '';
      if (Object.hasOwn(uris, prefix)) this.prefixes.add(prefix);
    }
    for (const child of element.children) if (typeof child === 'object') this.use(child, depth + 1);
  }
}

/** Refuses an object. @throws {LibvirtError} LIBVIRT_XML_INVALID always. */
function refuse(message: string): never {
  throw invalidXML(message);
}

function isObject(value: unknown): value is AnyObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The text of a value: as it was spelled when it was read, if it is still the same number. */
function textOfValue(value: unknown, slot: string, extra: XMLExtra | undefined, path: string): string {
  const text = spell(value);
  if (text === undefined) refuse(`${path} must be a text or a number, not ${describe(value)}`);
  const spelling = extra?.spelling?.[slot];
  return spelling !== undefined && numberOrText(spelling) === value ? spelling : text;
}

/** Refuses what would be left out silently: a misspelled key. */
function checkKeys(object: AnyObject, shape: Shape, path: string): void {
  for (const key in object) {
    if (shape.keys.has(key) || key === extraKey || object[key] === undefined) continue;
    const known = [...shape.keys].toSorted().slice(0, 60).join(', ');
    refuse(`${path} has no ${key}; it has ${known === '' ? 'nothing' : known}`);
  }
}
