import { sharedGrammar } from '../../../src/xml/grammar/grammar.ts';
import type { Pattern } from '../../../src/xml/grammar/pattern.ts';
import { xmlKinds } from '../../../src/xml/index.ts';

/** Every pattern that documents can lead to, each once. */
export function allPatterns(): ReadonlySet<Pattern> {
  const grammar = sharedGrammar();
  const seen = new Set<Pattern>();
  const queue = xmlKinds.map((kind) => grammar.start(kind));
  for (let pattern = queue.pop(); pattern !== undefined; pattern = queue.pop()) {
    if (seen.has(pattern)) continue;
    seen.add(pattern);
    queue.push(...pattern.parts);
    if (pattern.kind === 'element' || pattern.kind === 'attribute') queue.push(pattern.content());
  }
  return seen;
}
