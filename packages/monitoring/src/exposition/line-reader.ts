import { invalidInput } from '../error.ts';

const special: Readonly<Record<string, number>> = {
  '+Inf': Infinity,
  Inf: Infinity,
  '-Inf': -Infinity,
  NaN: Number.NaN,
};

/** Reads a line of an exposition from left to right. */
export class LineReader {
  private readonly line: string;
  private position: number;

  /** @param position - Where to begin. */
  constructor(line: string, position: number) {
    this.line = line;
    this.position = position;
    this.skipSpace();
  }

  /** Whether nothing is left. */
  get atEnd(): boolean {
    return this.position >= this.line.length;
  }

  /** The next character; nothing at the end. */
  get next(): string | undefined {
    return this.line[this.position];
  }

  /** All that is left. */
  get rest(): string {
    return this.line.slice(this.position);
  }

  /** Goes over a character. @throws {MonitoringError} NOVA_MONITORING_INVALID when another is there. */
  expect(character: string): void {
    if (this.next !== character) {
      const found = this.atEnd ? 'nothing' : JSON.stringify(this.next);
      throw invalidInput(`there is ${found} where ${JSON.stringify(character)} should be`);
    }
    this.position++;
    this.skipSpace();
  }

  /** Reads a number. @throws {MonitoringError} NOVA_MONITORING_INVALID when there is none. */
  number(): number {
    const start = this.position;
    while (!this.atEnd && !/[ \t]/.test(this.next as string)) this.position++;
    const text = this.line.slice(start, this.position);
    this.skipSpace();
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
    const named = special[text] ?? specialIn(text);
    if (named === undefined) throw invalidInput(`${text === '' ? 'nothing' : JSON.stringify(text)} is no number`);
    return named;
  }

  /**
   * Reads labels in braces; a quoted name without a value is the metric's.
   *
   * @throws {MonitoringError} NOVA_MONITORING_INVALID when they make no sense.
   */
  labels(): (readonly [name: string, value: string | undefined])[] {
    const labels: (readonly [string, string | undefined])[] = [];
    this.expect('{');
    while (this.next !== '}') {
      const name = this.next === '"' ? this.quoted() : this.name();
      let value: string | undefined;
      if (this.next === '=') {
        this.expect('=');
        value = this.quoted();
      }
      labels.push([name, value]);
      if (this.next !== '}') this.expect(',');
    }
    this.expect('}');
    return labels;
  }

  /** Reads a label's name. @throws {MonitoringError} NOVA_MONITORING_INVALID when there is none. */
  private name(): string {
    const start = this.position;
    while (!this.atEnd && /[A-Za-z0-9_:.]/.test(this.next as string)) this.position++;
    const name = this.line.slice(start, this.position);
    if (name === '') throw invalidInput(`there is ${JSON.stringify(this.next ?? '')} where a label should be`);
    this.skipSpace();
    return name;
  }

  /** Reads a text in quotes. @throws {MonitoringError} NOVA_MONITORING_INVALID when it does not end. */
  private quoted(): string {
    if (this.next !== '"') this.expect('"');
    this.position++;
    const start = this.position;
    let text = '';
    let plain = start;
    for (;;) {
      const character = this.line[this.position];
      if (character === undefined) throw invalidInput('a text in quotes does not end');
      if (character === '"') break;
      if (character === '\\') {
        const escaped = this.line[this.position + 1];
        text +=
          this.line.slice(plain, this.position) +
          (escaped === 'n' ? '\n' : escaped === '"' || escaped === '\\' ? escaped : `\\${escaped ?? ''}`);
        this.position += 2;
        plain = this.position;
      } else this.position++;
    }
    text += this.line.slice(plain, this.position);
    this.position++;
    this.skipSpace();
    return text;
  }

  private skipSpace(): void {
    while (this.next === ' ' || this.next === '\t') this.position++;
  }
}

/** Go's parser of numbers takes these in any case, and in full. */
function specialIn(text: string): number | undefined {
  const [, sign, name] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (name === undefined) return undefined;
  if (name.toLowerCase() === 'nan') return Number.NaN;
  return sign === '-' ? -Infinity : Infinity;
}
