import { readXML, writeXML, type XMLElement, type XMLNode } from 'node-libvirt/xml';
import { HypervisorError } from '../../error.ts';
import type { XmlPatch } from '../../spec/definition/xml-patch.ts';
import { selectElements, type SelectedElement } from './select-elements.ts';

/**
 * The XML with patches applied one after the other.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_INVALID when a path is not well-formed or selects nothing, or the XML of a
 * patch is not well-formed; `details.patch` says which, from 0.
 */
export function applyPatches(xml: string, patches: readonly XmlPatch[]): string {
  const root = withoutLayout(readXML(xml));
  for (const [index, patch] of patches.entries()) {
    try {
      applyPatch(root, patch);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new HypervisorError({
        kind: 'invalid',
        message: `xmlPatches[${index}]: ${reason}`,
        cause: error,
        details: { patch: index, select: patch.select },
      });
    }
  }
  return writeXML(root);
}

function applyPatch(root: XMLElement, patch: XmlPatch): void {
  const selected = selectElements(root, patch.select);
  if (patch.action === 'remove') {
    for (const each of selected) putInPlace(each, []);
    return;
  }
  if (selected.length === 0) throw new Error(`${patch.select} selects nothing`);
  for (const each of selected) {
    const { element } = each;
    switch (patch.action) {
      case 'set-attributes':
        element.attributes = changed(element.attributes, patch.attributes);
        break;
      case 'set-text':
        element.children = patch.text === '' ? [] : [patch.text];
        break;
      case 'append':
        element.children.push(fragment(patch.xml));
        break;
      case 'prepend':
        element.children.unshift(fragment(patch.xml));
        break;
      default:
        putInPlace(each, [fragment(patch.xml)]);
    }
  }
}

/** Attributes with some set and, where `undefined` is given, some removed. */
function changed(
  attributes: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const merged: Readonly<Record<string, string | undefined>> = { ...attributes, ...changes };
  return Object.fromEntries(
    Object.entries(merged).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function putInPlace({ element, parent }: SelectedElement, others: readonly XMLElement[]): void {
  if (parent === undefined) throw new Error('the root can not be replaced or removed');
  parent.children.splice(parent.children.indexOf(element), 1, ...others);
}

const fragment = (xml: string): XMLElement => withoutLayout(readXML(xml));

/** White space between elements says nothing, and would keep the writer from laying them out anew. */
function withoutLayout(element: XMLElement): XMLElement {
  const hasElements = element.children.some((child) => typeof child === 'object');
  if (!hasElements) return element;
  element.children = element.children.flatMap((child): readonly XMLNode[] => {
    if (typeof child === 'object') return [withoutLayout(child)];
    return child.trim() === '' ? [] : [child];
  });
  return element;
}
