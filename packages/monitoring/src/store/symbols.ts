/** Texts by number, each kept once. */
export class Symbols {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  /** A text's number, if it has one. */
  find(text: string): number | undefined {
    return this.#numbers.get(text);
  }

  /** A text's number; it gets one if need be. */
  intern(text: string): number {
    const found = this.#numbers.get(text);
    if (found !== undefined) return found;
    this.#texts.push(text);
    this.#numbers.set(text, this.#texts.length - 1);
    return this.#texts.length - 1;
  }

  /** The text of a number that was given. */
  text(number: number): string {
    return this.#texts[number] as string;
  }
}
