import { configError } from './config-error.ts';

/** A value of a configuration file. */
export type ConfigValue = string | number | readonly ConfigValue[];

/** Lists in lists go no deeper: nobody writes them, and a file must not fill the stack. */
const deepest = 20;

/**
 * Reads the syntax of libvirt's own configuration files: `name = value`, one a line or parted by `;`, where a value is
 * a number, a string in `'`, `"` or `"""`, or a list in brackets; `#` begins a comment.
 *
 * @param text - The file's content.
 * @param path - Its name, for errors.
 * @throws {LibvirtError} LIBVIRT_CONFIG_INVALID with the line.
 */
export function parseConfig(text: string, path: string): ReadonlyMap<string, ConfigValue> {
  const reader = new ConfigReader(text, path);
  const values = new Map<string, ConfigValue>();
  for (;;) {
    reader.skip(/(?:[ \t\r\n;]|#[^\n]*)*/y);
    if (reader.atEnd) return values;
    const name = reader.take(/[a-zA-Z][a-zA-Z0-9_]*/y, 'the name of a setting');
    reader.skip(/[ \t]*/y);
    reader.take(/=/y, `"=" after ${name}`);
    values.set(name, reader.value(0));
    reader.skip(/[ \t]*/y);
    if (!reader.atEnd) reader.take(/[\r\n;]|(?=#)/y, `the end of the line after the value of ${name}`);
  }
}

class ConfigReader {
  private readonly text: string;
  private readonly path: string;
  private offset = 0;

  constructor(text: string, path: string) {
    this.text = text;
    this.path = path;
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** Goes on behind what the (sticky) pattern matches here. */
  skip(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.offset += match[0].length;
    return match[1] ?? match[0];
  }

  take(pattern: RegExp, expected: string): string {
    const taken = this.skip(pattern);
    if (taken !== undefined) return taken;
    const line = this.text.slice(0, this.offset).split('\n').length;
    throw configError(this.path, line, `expected ${expected}`);
  }

  value(depth: number): ConfigValue {
    this.skip(/[ \t]*/y);
    const text = this.skip(/"""([^]*?)"""/y) ?? this.skip(/"([^"\n]*)"/y) ?? this.skip(/'([^'\n]*)'/y);
    if (text !== undefined) return text;
    if (this.skip(/\[/y) !== undefined && depth < deepest) return this.list(depth);
    return Number(this.take(/[+-]?\d+/y, 'a number, a string in quotes or a list in brackets'));
  }

  private list(depth: number): ConfigValue[] {
    const items: ConfigValue[] = [];
    const blank = /(?:[ \t\r\n]|#[^\n]*)*/y;
    for (;;) {
      this.skip(blank);
      if (this.skip(/\]/y) !== undefined) return items;
      items.push(this.value(depth + 1));
      this.skip(blank);
      this.take(/,|(?=\])/y, '"," or "]" in a list');
    }
  }
}
