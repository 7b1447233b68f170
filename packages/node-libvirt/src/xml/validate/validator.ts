import type { Grammar } from '../grammar/grammar.ts';
import type { Pattern, Step } from '../grammar/pattern.ts';
import { isBlank } from '../tree/characters.ts';
import { declaredPrefix } from '../tree/namespaces.ts';
import { textOf, type XMLElement } from '../tree/xml-element.ts';
import { expectedAttributes, expectedElements, expectedTexts, missingNames } from './expected.ts';
import type { XMLProblemKind } from './xml-problem.ts';

/** A problem before it has a line: which element it is about, and by which way it is reached. */
export interface Finding {
  readonly kind: XMLProblemKind;
  readonly element: XMLElement;
  readonly attribute?: string | undefined;
  readonly found: string;
  readonly expected: readonly string[];
}

/** How many findings there may be before it stops to look for more. */
export const mostFindings = 100;

const nothing: readonly Finding[] = [];

/** Holds a document against a pattern. */
export class Validator {
  private readonly grammar: Grammar;
  /** What was found out about elements that were held against more than one pattern. */
  private readonly results = new Map<XMLElement, Map<Pattern, readonly Finding[]>>();

  /** @param grammar - Where the patterns are from. */
  constructor(grammar: Grammar) {
    this.grammar = grammar;
  }

  /** What is wrong with a whole document. */
  document(root: XMLElement, start: Pattern): readonly Finding[] {
    const { grammar } = this;
    const steps = grammar.derivation.elementSteps(start, grammar.patternName(root.name, root.namespace));
    if (steps.length === 0) {
      return [
        { kind: 'unexpected-element', element: root, found: `<${root.name}>`, expected: expectedElements(start) },
      ];
    }
    return this.best(root, steps).findings;
  }

  /** The way to take an element that fits best, and what may follow. */
  private best(element: XMLElement, steps: readonly Step[]): { findings: readonly Finding[]; rest: Pattern } {
    const { pool } = this.grammar;
    const [first] = steps;
    if (first !== undefined && steps.length === 1) {
      return { findings: this.element(element, first.taken.content()), rest: first.rest };
    }
    const contents = new Map<Pattern, Pattern[]>();
    for (const { taken, rest } of steps) contents.set(rest, [...(contents.get(rest) ?? []), taken.content()]);
    let shortest: readonly Finding[] | undefined;
    const rests: Pattern[] = [];
    for (const [rest, alternatives] of contents) {
      const findings = this.remembered(element, pool.choice(alternatives));
      if (findings.length === 0) rests.push(rest);
      if (shortest === undefined || findings.length < shortest.length) shortest = findings;
    }
    return { findings: shortest ?? nothing, rest: pool.choice(rests.length > 0 ? rests : [...contents.keys()]) };
  }

  private remembered(element: XMLElement, content: Pattern): readonly Finding[] {
    let byPattern = this.results.get(element);
    if (byPattern === undefined) this.results.set(element, (byPattern = new Map()));
    let findings = byPattern.get(content);
    if (findings === undefined) byPattern.set(content, (findings = this.element(element, content)));
    return findings;
  }

  /** What is wrong in an element whose content should be as the pattern says. */
  private element(element: XMLElement, content: Pattern): readonly Finding[] {
    const findings: Finding[] = [];
    const inside = this.attributes(element, content, findings);
    if (element.children.some((child) => typeof child === 'object')) this.children(element, inside, findings);
    else this.text(element, inside, findings);
    return findings.length === 0 ? nothing : findings;
  }

  private attributes(element: XMLElement, content: Pattern, findings: Finding[]): Pattern {
    const { derivation, pool } = this.grammar;
    let pattern = content;
    for (const [attribute, value] of Object.entries(element.attributes)) {
      if (declaredPrefix(attribute) !== undefined) continue;
      if (findings.length >= mostFindings) return pattern;
      const steps = derivation.attributeSteps(pattern, this.grammar.patternName(attribute, undefined));
      const fitting = steps.filter(({ taken }) => derivation.matchesText(taken.content(), value));
      if (steps.length === 0) {
        const expected = expectedAttributes(pattern);
        findings.push({ kind: 'unexpected-attribute', element, attribute, found: attribute, expected });
        continue;
      }
      if (fitting.length === 0) {
        const expected = [...new Set(steps.flatMap(({ taken }) => expectedTexts(taken.content())))];
        findings.push({ kind: 'invalid-value', element, attribute, found: `"${value}"`, expected });
      }
      const [first] = fitting;
      if (first !== undefined && fitting.length === 1) pattern = first.rest;
      else pattern = pool.choice((fitting.length > 0 ? fitting : steps).map(({ rest }) => rest));
    }
    const closed = derivation.closeAttributes(pattern);
    if (closed !== pool.none) return closed;
    const expected = missingNames(pattern, 'attribute');
    findings.push({ kind: 'missing-attribute', element, found: '', expected });
    return derivation.closeAttributes(pattern, true);
  }

  /** Text alone, or nothing at all. */
  private text(element: XMLElement, content: Pattern, findings: Finding[]): void {
    const { derivation } = this.grammar;
    const text = textOf(element);
    if (derivation.matchesText(content, text)) return;
    const missing = missingNames(content, 'element');
    if (missing.length > 0 && isBlank(text)) {
      findings.push({ kind: 'missing-element', element, found: '', expected: missing.map((name) => `<${name}>`) });
      return;
    }
    const expected = expectedTexts(content);
    const kind = expected.every((each) => each === 'nothing') ? 'unexpected-text' : 'invalid-value';
    findings.push({
      kind,
      element,
      found: `"${text}"`,
      expected: expected.length > 0 ? expected : expectedElements(content),
    });
  }

  private children(element: XMLElement, content: Pattern, findings: Finding[]): void {
    const { derivation, pool } = this.grammar;
    let pattern = content;
    for (const child of element.children) {
      if (findings.length >= mostFindings) return;
      if (typeof child === 'string') {
        if (isBlank(child)) continue;
        const after = derivation.afterText(pattern, child);
        if (after === pool.none) {
          findings.push({
            kind: 'unexpected-text',
            element,
            found: `"${child.trim()}"`,
            expected: expectedElements(pattern),
          });
        } else pattern = after;
        continue;
      }
      const steps = derivation.elementSteps(pattern, this.grammar.patternName(child.name, child.namespace));
      if (steps.length === 0) {
        const expected = expectedElements(pattern);
        findings.push({ kind: 'unexpected-element', element: child, found: `<${child.name}>`, expected });
        continue;
      }
      const { findings: inside, rest } = this.best(child, steps);
      findings.push(...inside);
      pattern = rest;
    }
    if (pattern.nullable) return;
    const expected = missingNames(pattern, 'element').map((name) => `<${name}>`);
    findings.push({
      kind: 'missing-element',
      element,
      found: '',
      expected: expected.length > 0 ? expected : expectedTexts(pattern),
    });
  }
}
