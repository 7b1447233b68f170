import type { Grammar } from '../grammar/grammar.ts';
import { namespaces } from '../schema/grammar.gen.ts';
import { isBlank } from '../tree/characters.ts';
import { setOwn, textOf, type XMLElement } from '../tree/xml-element.ts';
import { isUsual, numberOrText } from './scalar.ts';
import { type ChildProperty, extraKey, type Property, type Shape } from './shape.ts';
import type { XMLExtra } from './xml-extra.ts';

/** An object made of an element, before it has a type. */
export type AnyObject = Record<string, unknown> & { extra?: XMLExtra | undefined };

const declarations: ReadonlyMap<string, string> = new Map(
  Object.entries(namespaces).map(([prefix, uri]) => [`xmlns:${prefix}`, uri]),
);

/** Makes the object of an element, after its shape; what has no place in it goes to `extra`. */
export function parseObject(element: XMLElement, shape: Shape, grammar: Grammar): AnyObject {
  const object: AnyObject = {};
  const { attributes, children } = element;
  for (const name in attributes) {
    const value = attributes[name] as string;
    const place = shape.attributes.get(name);
    if (place !== undefined) assign(object, place, value);
    // Declarations of the schemas' own prefixes are written again where they are needed.
    else if (declarations.get(name) !== value) setOwn((extraOf(object).attributes ??= {}), name, value);
  }
  let closed: Set<ChildProperty> | undefined;
  const order: string[] | undefined = shape.ordered ? [] : undefined;
  let text = '';
  for (const child of children) {
    if (typeof child === 'string') {
      // White space between elements only indents.
      if (children.length === 1 || !isBlank(child)) text += child;
      continue;
    }
    const { name, namespace } = child;
    const place = shape.children.get(namespace === undefined ? name : grammar.patternName(name, namespace));
    if (place !== undefined && closed?.has(place) !== true && addChild(object, place, child, grammar)) {
      order?.push(place.key);
      continue;
    }
    // From here on, all of this name go there, so that they stay in their order.
    if (place !== undefined) (closed ??= new Set()).add(place);
    (extraOf(object).elements ??= []).push(plain(child));
    order?.push(extraKey);
  }
  if (order !== undefined && !isInOrder(order, shape)) extraOf(object).order = order;
  if (text === '') return object;
  if (shape.text !== undefined) assign(object, shape.text, text);
  else if (!isBlank(text)) extraOf(object).text = text;
  return object;
}

/** Whether the children stand as they would be written anyway. */
function isInOrder(keys: readonly string[], shape: Shape): boolean {
  const all = [...Array.from(shape.children.values(), ({ key }) => key), extraKey];
  return keys.every((key, index) => index === 0 || all.indexOf(key) >= all.indexOf(keys[index - 1] ?? ''));
}

function extraOf(object: AnyObject): XMLExtra {
  return (object.extra ??= {});
}

function assign(object: AnyObject, { key, scalar }: Property, text: string): void {
  object[key] = scalar === 'number' ? toNumber(object, key, text) : text;
}

function toNumber(object: AnyObject, spellingKey: string, text: string): number | string {
  if (!isUsual(text)) {
    const value = numberOrText(text);
    if (typeof value === 'number') (extraOf(object).spelling ??= {})[spellingKey] = text;
    return value;
  }
  return Number(text);
}

/** Puts a child in its place; false when there is none, because the place is taken or holds only text. */
function addChild(object: AnyObject, place: ChildProperty, child: XMLElement, grammar: Grammar): boolean {
  const { key, many } = place;
  const present = object[key];
  if (present !== undefined && !many) return false;
  if (place.form === 'scalar' && child.children.some((each) => typeof each === 'object')) return false;
  let value: unknown;
  if (place.form === 'object') value = parseObject(child, place.shape(), grammar);
  else if (place.form === 'open') value = plain(child);
  else
    value = scalarOf(object, place, child, many ? `${key}[${(present as unknown[] | undefined)?.length ?? 0}]` : key);
  if (!many) object[key] = value;
  else if (present === undefined) object[key] = [value];
  else (present as unknown[]).push(value);
  return true;
}

function scalarOf(object: AnyObject, place: ChildProperty, child: XMLElement, slot: string): unknown {
  for (const name in child.attributes) {
    setOwn(((extraOf(object).attributesOf ??= {})[slot] ??= {}), name, child.attributes[name] as string);
  }
  const text = textOf(child);
  return place.scalar === 'number' ? toNumber(object, slot, text) : text;
}

/** The element as plain data: without its place in a text, and without the white space that only indents. */
function plain(element: XMLElement): XMLElement {
  const { name, attributes, children } = element;
  const isIndented = children.some((child) => typeof child === 'object') && children.every(isElementOrBlank);
  return {
    name,
    attributes,
    children: children
      .filter((child) => typeof child === 'object' || !isIndented)
      .map((child) => (typeof child === 'object' ? plain(child) : child)),
  };
}

function isElementOrBlank(child: XMLElement | string): boolean {
  return typeof child === 'object' || isBlank(child);
}
