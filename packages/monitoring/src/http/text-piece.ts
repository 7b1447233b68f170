/** Characters that are encoded together. */
const encodedTogether = 8_192;
/** A piece that needed more room than this was an exception. */
const mostUsual = 524_288;

/** Text in UTF-8 that is written piece by piece. */
export class TextPiece {
  readonly #encoder = new TextEncoder();
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #length = 0;
  /** Room that pieces need. */
  #usual = 1_024;
  /** Texts that are not encoded yet: it is cheaper for many at a time. */
  #pending = '';

  /** About how many bytes there are. */
  get length(): number {
    return this.#length + this.#pending.length;
  }

  /** Adds a text. */
  text(text: string): void {
    this.#pending += text;
    if (this.#pending.length >= encodedTogether) this.#encode();
  }

  /** Adds a text that is UTF-8 already. */
  bytes(bytes: Uint8Array): void {
    this.#encode();
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Gives the text away and begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    this.#encode();
    const taken = this.#bytes.subarray(0, this.#length);
    this.#usual = Math.min(mostUsual, Math.max(this.#usual, this.#bytes.length));
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return taken;
  }

  #encode(): void {
    if (this.#pending === '') return;
    this.#reserve(this.#pending.length * 3); // no character has more bytes for each of its units
    this.#length += this.#encoder.encodeInto(this.#pending, this.#bytes.subarray(this.#length)).written;
    this.#pending = '';
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(this.#usual, this.#bytes.length * 2, this.#length + more));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
