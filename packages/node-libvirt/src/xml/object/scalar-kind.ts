import type { Datatype } from '../grammar/datatype.ts';
import type { Pattern } from '../grammar/pattern.ts';

/** How a text becomes a value: kept as it is, or a number where it is the usual spelling of one. */
export type ScalarKind = 'string' | 'number';

/** Expressions of numbers that are written in tens. */
const decimals: ReadonlySet<string> = new Set(['[0-9]+', '-?[0-9]+', '(-|\\+)?[0-9]+']);

/** Whether it is a whole number that is written in tens: file modes are not. */
function isDecimal(datatype: Datatype | undefined): boolean {
  return datatype?.isInteger === true && decimals.has(datatype.parameters['pattern'] ?? '[0-9]+');
}

/** A number only where the schema has whole numbers, perhaps beside words; never where a number may be spelled freely. */
export function scalarKind(texts: readonly Pattern[]): ScalarKind {
  let kind: ScalarKind = 'string';
  const all = [...texts];
  for (let pattern = all.pop(); pattern !== undefined; pattern = all.pop()) {
    if (pattern.kind === 'data' && isDecimal(pattern.datatype)) kind = 'number';
    else if (pattern.kind === 'value') {
      if (/^[-+]?\d/.test(pattern.name)) return 'string';
    } else if (pattern.kind === 'text' || pattern.kind === 'data') return 'string';
    else all.push(...pattern.parts);
  }
  return kind;
}
