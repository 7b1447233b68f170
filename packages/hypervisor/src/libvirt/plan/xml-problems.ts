import { validateXML } from 'node-libvirt/xml';
import type { SpecProblem } from '../../spec/spec-problem.ts';

/** What libvirt's schema has against a domain's XML. */
export function xmlProblems(xml: string): readonly SpecProblem[] {
  return validateXML('domain', xml).map(({ path, message, expected }) => ({
    step: 'xml',
    path,
    message,
    ...(expected.length === 0 ? {} : { fix: `use ${expected.slice(0, 5).join(' or ')}` }),
  }));
}
