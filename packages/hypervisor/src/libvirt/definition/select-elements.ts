import type { XMLElement } from 'node-libvirt/xml';
import { HypervisorError } from '../../error.ts';

/** An element and where it stands. */
export interface SelectedElement {
  readonly element: XMLElement;
  /** The element that it stands in; nothing for the root. */
  readonly parent: XMLElement | undefined;
}

interface Step {
  readonly name: string;
  readonly conditions: readonly Condition[];
}

type Condition =
  | { readonly position: number }
  | { readonly path: readonly string[]; readonly attribute: string | undefined; readonly value: string | undefined };

const stepPattern = /\/([\w:.*-]+)((?:\[[^\]]*\])*)/y;
const conditionPattern = /^(?:(\d+)|((?:[\w:.-]+\/)*)(?:@([\w:.-]+)|([\w:.-]+))(?:\s*=\s*(?:'([^']*)'|"([^"]*)"))?)$/;

/**
 * The elements that a path selects, in the order of the document.
 *
 * @param path - Steps from the root: `/domain/devices/disk[target/@dev='vda']/driver`; see `XmlPatch`.
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when the path is not well-formed.
 */
export function selectElements(root: XMLElement, path: string): readonly SelectedElement[] {
  const [first, ...steps] = parsePath(path);
  if (first === undefined) return [];
  let selected = matching([root], first).map((element): SelectedElement => ({ element, parent: undefined }));
  for (const step of steps) {
    selected = selected.flatMap(({ element: parent }) =>
      matching(elementsIn(parent), step).map((element) => ({ element, parent })),
    );
  }
  return selected;
}

function parsePath(path: string): readonly Step[] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    stepPattern.lastIndex = at;
    const [whole, name = '', conditions = ''] = stepPattern.exec(path) ?? [];
    if (whole === undefined) throw badPath(path, path.slice(at));
    steps.push({ name, conditions: (conditions.match(/\[[^\]]*\]/g) ?? []).map((each) => condition(each, path)) });
    at += whole.length;
  }
  return steps;
}

function condition(text: string, path: string): Condition {
  const match = conditionPattern.exec(text.slice(1, -1).trim());
  if (match === null) throw badPath(path, text);
  const [, position, before = '', attribute, child, single, double] = match;
  if (position !== undefined) return { position: Number(position) };
  const names = before.split('/').filter((name) => name !== '');
  return { path: child === undefined ? names : [...names, child], attribute, value: single ?? double };
}

function badPath(path: string, part: string): HypervisorError {
  return new HypervisorError({
    kind: 'invalid',
    message: `${JSON.stringify(path)} selects nothing: ${JSON.stringify(part)} is no step; write /domain/devices/disk[target/@dev='vda']`,
    details: { path, part },
  });
}

function matching(elements: readonly XMLElement[], { name, conditions }: Step): readonly XMLElement[] {
  let found = elements.filter((element) => name === '*' || element.name === name);
  for (const each of conditions) {
    found =
      'position' in each ? found.slice(each.position - 1, each.position) : found.filter((one) => holds(one, each));
  }
  return found;
}

function holds(element: XMLElement, { path, attribute, value }: Exclude<Condition, { position: number }>): boolean {
  let found: readonly XMLElement[] = [element];
  for (const name of path) found = found.flatMap((one) => elementsIn(one).filter((child) => child.name === name));
  if (attribute === undefined) return found.some((one) => value === undefined || textOf(one) === value);
  return found.some((one) =>
    value === undefined ? Object.hasOwn(one.attributes, attribute) : one.attributes[attribute] === value,
  );
}

const elementsIn = (element: XMLElement): readonly XMLElement[] =>
  element.children.filter((child) => typeof child === 'object');

const textOf = (element: XMLElement): string =>
  element.children
    .filter((child) => typeof child === 'string')
    .join('')
    .trim();
