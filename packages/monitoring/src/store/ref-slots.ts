const pageRefs = 1_024;

/**
 * The slots of references. References are never given twice, so that nobody writes to another series with an old one;
 * slots are, so that columns by slot are as long as there are series. Pages without a living reference are let go of.
 */
export class RefSlots {
  readonly #pages: (Uint32Array | undefined)[] = []; // slot + 1
  readonly #living: number[] = []; // by page
  #next = 0;

  /** A reference above all that were ever set. */
  get next(): number {
    return this.#next;
  }

  /** Gives no reference below a number any more. */
  startAt(ref: number): void {
    if (ref > this.#next) this.#next = ref;
  }

  /** The slot of a reference; -1 when it has none. */
  get(ref: number): number {
    const page = this.#pages[Math.floor(ref / pageRefs)];
    return page === undefined ? -1 : (page[ref % pageRefs] as number) - 1;
  }

  /** Gives a reference a slot. */
  set(ref: number, slot: number): void {
    const place = Math.floor(ref / pageRefs);
    const page = (this.#pages[place] ??= new Uint32Array(pageRefs));
    page[ref % pageRefs] = slot + 1;
    this.#living[place] = (this.#living[place] ?? 0) + 1;
    if (ref >= this.#next) this.#next = ref + 1;
  }

  /** Takes a reference's slot away. */
  delete(ref: number): void {
    const place = Math.floor(ref / pageRefs);
    const page = this.#pages[place];
    if (page === undefined || page[ref % pageRefs] === 0) return;
    page[ref % pageRefs] = 0;
    const living = (this.#living[place] ?? 1) - 1;
    this.#living[place] = living;
    if (living === 0) this.#pages[place] = undefined;
  }
}
