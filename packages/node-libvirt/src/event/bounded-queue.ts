import type { GapEvent } from './gap-event.ts';

/** What happens to events when the queue is full: the oldest in it goes, or the newest does not come in. */
export type OverflowPolicy = 'drop-oldest' | 'drop-newest';

/** A queue with a limit that counts what it drops and marks the place with a {@link GapEvent}. */
export class BoundedQueue<Item> {
  private readonly limit: number;
  private readonly policy: OverflowPolicy;
  private items: (Item | undefined)[] = [];
  private head = 0;
  private missing = 0;
  private total = 0;

  /**
   * @param limit - The most items that it holds; 1 or more.
   * @param policy - Which item goes when it is full.
   */
  constructor(limit: number, policy: OverflowPolicy) {
    this.limit = limit;
    this.policy = policy;
  }

  /** How many items it holds. */
  get size(): number {
    return this.items.length - this.head;
  }

  /** How many items it dropped so far. */
  get dropped(): number {
    return this.total;
  }

  /** Adds an item, or drops one when it is full. */
  push(item: Item): void {
    if (this.size >= this.limit) {
      this.missing++;
      this.total++;
      if (this.policy === 'drop-newest') return;
      this.advance();
    }
    this.items.push(item);
  }

  /** Takes the next item, or the gap in its place; `undefined` when there is none. */
  take(): Item | GapEvent<never> | undefined {
    // What drop-newest dropped is missing behind the items that are still here.
    const gapIsNext = this.policy === 'drop-oldest' || this.size === 0;
    if (this.missing > 0 && gapIsNext) {
      const gap: GapEvent<never> = { type: 'gap', reason: 'overflow', dropped: this.missing, current: undefined };
      this.missing = 0;
      return gap;
    }
    return this.size === 0 ? undefined : this.advance();
  }

  private advance(): Item | undefined {
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head > 32 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
