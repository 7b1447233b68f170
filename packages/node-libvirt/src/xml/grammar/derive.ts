import { collapse } from './datatype.ts';
import type { Pattern, Step } from './pattern.ts';
import type { PatternPool } from './pattern-pool.ts';

const noSteps: readonly Step[] = [];

/**
 * What may follow a piece of a document, after the derivatives of James Clark ("An algorithm for RELAX NG
 * validation"). Elements and attributes are taken as steps, so that their names decide and are remembered.
 */
export class Derivation {
  private readonly pool: PatternPool;

  /** @param pool - Where the patterns are from. */
  constructor(pool: PatternPool) {
    this.pool = pool;
  }

  /** The ways to take an element of a name; none when it must not stand there. */
  elementSteps(pattern: Pattern, name: string): readonly Step[] {
    return this.steps(pattern, name, 'element');
  }

  /** The ways to take an attribute of a name. */
  attributeSteps(pattern: Pattern, name: string): readonly Step[] {
    return pattern.hasAttributes ? this.steps(pattern, name, 'attribute') : noSteps;
  }

  private steps(pattern: Pattern, name: string, kind: 'element' | 'attribute'): readonly Step[] {
    const kept = kind === 'element' ? (pattern.elementSteps ??= new Map()) : (pattern.attributeSteps ??= new Map());
    let steps = kept.get(name);
    if (steps === undefined) kept.set(name, (steps = distinct(this.findSteps(pattern, name, kind))));
    return steps;
  }

  private findSteps(pattern: Pattern, name: string, kind: 'element' | 'attribute'): readonly Step[] {
    const { pool } = this;
    const { parts } = pattern;
    if (kind === 'attribute' && !pattern.hasAttributes) return noSteps;
    switch (pattern.kind) {
      case kind:
        return pattern.name === name || pattern.name === '*' ? [{ taken: pattern, rest: pool.empty }] : noSteps;
      case 'choice':
        return parts.flatMap((part) => this.steps(part, name, kind));
      case 'oneOrMore': {
        const again = pool.choice([pattern, pool.empty]);
        return parts.flatMap((part) =>
          this.steps(part, name, kind).map(({ taken, rest }) => ({ taken, rest: pool.group([rest, again]) })),
        );
      }
      case 'interleave':
        return parts.flatMap((part, index) =>
          this.steps(part, name, kind).map(({ taken, rest }) => ({
            taken,
            rest: pool.interleave(parts.with(index, rest)),
          })),
        );
      case 'group': {
        const found: Step[] = [];
        for (const [index, part] of parts.entries()) {
          for (const { taken, rest } of this.steps(part, name, kind)) {
            // Attributes have no order, so those of the parts before are still to come.
            const before = kind === 'attribute' ? parts.slice(0, index) : [];
            found.push({ taken, rest: pool.group([...before, rest, ...parts.slice(index + 1)]) });
          }
          if (kind === 'element' && !part.nullable) break;
        }
        return found;
      }
      default:
        return noSteps;
    }
  }

  /** What is left of a pattern when there are no more attributes; `lenient` pretends that the missing ones are there. */
  closeAttributes(pattern: Pattern, lenient: boolean = false): Pattern {
    if (!pattern.hasAttributes) return pattern;
    if (!lenient && pattern.closed !== undefined) return pattern.closed;
    const { pool } = this;
    const parts = pattern.parts.map((part) => this.closeAttributes(part, lenient));
    let closed: Pattern;
    switch (pattern.kind) {
      case 'choice':
        closed = pool.choice(parts);
        break;
      case 'group':
        closed = pool.group(parts);
        break;
      case 'interleave':
        closed = pool.interleave(parts);
        break;
      case 'oneOrMore':
        closed = pool.oneOrMore(parts[0] ?? pool.none);
        break;
      default:
        closed = lenient ? pool.empty : pool.none;
    }
    if (!lenient) pattern.closed = closed;
    return closed;
  }

  /** What may follow a text. */
  afterText(pattern: Pattern, text: string): Pattern {
    const { pool } = this;
    const { parts } = pattern;
    switch (pattern.kind) {
      case 'text':
        return pattern;
      case 'value':
        return collapse(text) === collapse(pattern.name) ? pool.empty : pool.none;
      case 'data':
        return pattern.datatype?.matches(text) === true ? pool.empty : pool.none;
      case 'choice':
        return pool.choice(parts.map((part) => this.afterText(part, text)));
      case 'oneOrMore': {
        const [part = pool.none] = parts;
        return pool.group([this.afterText(part, text), pool.choice([pattern, pool.empty])]);
      }
      case 'interleave':
        return pool.choice(parts.map((part, index) => pool.interleave(parts.with(index, this.afterText(part, text)))));
      case 'group': {
        const found: Pattern[] = [];
        for (const [index, part] of parts.entries()) {
          found.push(pool.group([this.afterText(part, text), ...parts.slice(index + 1)]));
          if (!part.nullable) break;
        }
        return pool.choice(found);
      }
      default:
        return pool.none;
    }
  }

  /** Whether a text alone, the value of an attribute or all that is in an element, fits a pattern. */
  matchesText(pattern: Pattern, text: string): boolean {
    switch (pattern.kind) {
      case 'text':
        return true;
      case 'value':
        return collapse(text) === collapse(pattern.name);
      case 'data':
        return pattern.datatype?.matches(text) === true;
      case 'choice':
        return pattern.parts.some((part) => this.matchesText(part, text));
      case 'none':
        return false;
      default:
        return (pattern.nullable && collapse(text) === '') || this.afterText(pattern, text).nullable;
    }
  }
}

function distinct(steps: readonly Step[]): readonly Step[] {
  return steps.filter(
    ({ taken, rest }, index) => steps.findIndex((step) => step.taken === taken && step.rest === rest) === index,
  );
}
