import { sharedGrammar, type XMLKind, xmlKinds } from '../grammar/grammar.ts';
import { positionAt } from '../tree/position.ts';
import { scanXML, type XMLLimits } from '../tree/read-xml.ts';
import type { XMLElement } from '../tree/xml-element.ts';
import { invalidArgument, XMLFault } from '../tree/xml-fault.ts';
import { attributeOffset } from './attribute-offset.ts';
import { type Finding, mostFindings, Validator } from './validator.ts';
import type { XMLProblem } from './xml-problem.ts';

const mostExpected = 40;
const mostInMessage = 12;
const longestFound = 80;

/**
 * Holds a document against libvirt's schema for its kind, as `virt-xml-validate` and libvirt's VALIDATE flags do, and
 * tells what is wrong, where, and what was expected; nothing when the document is valid.
 *
 * It goes on after a problem, to at most 100. A document that is not well-formed is one problem. The schemas are those
 * of {@link schemaVersion}: a newer libvirt may accept more.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the kind is unknown or the document is no string.
 *
 * @example
 * ```ts
 * import { validateXML } from 'node-libvirt/xml';
 *
 * const problems = validateXML('network', "<network>\n  <name>lan</name>\n  <forward mode='nut'/>\n</network>");
 * problems.map(({ path, line, column }) => [path, line, column]) // => [['/network/forward/@mode', 3, 12]]
 * validateXML('network', '<network><name>lan</name></network>') // => []
 * ```
 */
export function validateXML(kind: XMLKind, text: string, limits: XMLLimits = {}): XMLProblem[] {
  checkKind(kind);
  let root: XMLElement;
  try {
    root = scanXML(text, limits);
  } catch (error) {
    if (!(error instanceof XMLFault)) throw error;
    const { line, column } = positionAt(text, error.offset);
    const { message } = error;
    return [{ kind: 'not-well-formed', path: '/', line, column, found: '', expected: [], message }];
  }
  const grammar = sharedGrammar();
  const findings = new Validator(grammar).document(root, grammar.start(kind));
  if (findings.length === 0) return [];
  const paths = pathsTo(root, new Set(findings.map(({ element }) => element)));
  return findings.slice(0, mostFindings).map((finding) => problem(finding, text, paths.get(finding.element) ?? '/'));
}

/** Refuses kinds that are none. @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when it is none. */
export function checkKind(kind: XMLKind): void {
  if (!xmlKinds.includes(kind))
    throw invalidArgument(`unknown kind of document ${JSON.stringify(kind)}; there are ${xmlKinds.join(', ')}`);
}

function problem(finding: Finding, text: string, parent: string): XMLProblem {
  const { kind, element, attribute } = finding;
  const start = element.offset ?? 0;
  const { line, column } = positionAt(text, attribute === undefined ? start : attributeOffset(text, start, attribute));
  const found = finding.found.length > longestFound ? `${finding.found.slice(0, longestFound)}...` : finding.found;
  const expected = finding.expected.slice(0, mostExpected);
  const path = attribute === undefined ? parent : `${parent}/@${attribute}`;
  return { kind, path, line, column, found, expected, message: sentence(finding, found, expected) };
}

function sentence(
  { kind, element, attribute, expected: all }: Finding,
  found: string,
  expected: readonly string[],
): string {
  const names = expected.slice(0, mostInMessage).join(', ') + (all.length > mostInMessage ? ', ...' : '');
  const one = expected.length > 1 ? 'one of ' : '';
  const instead = names === '' ? '' : `; expected ${one}${names}`;
  switch (kind) {
    case 'unexpected-element':
      return `${found} is not allowed here${instead === '' ? '; expected nothing more' : instead}`;
    case 'missing-element':
      return `<${element.name}> lacks ${names}`;
    case 'unexpected-attribute':
      return `<${element.name}> must not have the attribute ${found} here${instead}`;
    case 'missing-attribute':
      return `<${element.name}> lacks the attribute${expected.length > 1 ? 's' : ''} ${names}`;
    case 'unexpected-text':
      return `<${element.name}> must not have the text ${found}${expected.includes('nothing') ? '' : instead}`;
    default:
      return `${found} is no value for ${attribute ?? `<${element.name}>`}${instead}`;
  }
}

/** XPaths of the elements that are asked for. */
function pathsTo(root: XMLElement, wanted: ReadonlySet<XMLElement>): Map<XMLElement, string> {
  const paths = new Map<XMLElement, string>();
  const visit = (element: XMLElement, path: string): void => {
    if (wanted.has(element)) paths.set(element, path);
    const children = element.children.filter((child) => typeof child === 'object');
    const totals = new Map<string, number>();
    for (const { name } of children) totals.set(name, (totals.get(name) ?? 0) + 1);
    const counts = new Map<string, number>();
    for (const child of children) {
      const count = (counts.get(child.name) ?? 0) + 1;
      counts.set(child.name, count);
      visit(child, `${path}/${child.name}${(totals.get(child.name) ?? 0) > 1 ? `[${count}]` : ''}`);
    }
  };
  visit(root, `/${root.name}`);
  return paths;
}
