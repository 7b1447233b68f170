import type { GapEvent } from './gap-event.ts';

/** What happens to events when the queue is full: the oldest in it goes, or the newest does not come in. */
export type OverflowPolicy = 'drop-oldest' | 'drop-newest';

/** A gap among the items. */
class Gap {
  event: GapEvent<never>;

  constructor(event: GapEvent<never>) {
    this.event = event;
  }
}

/**
 * A queue with a limit that counts what it drops and marks the place with a {@link GapEvent}. Gaps do not count towards
 * the limit, and are never dropped.
 */
export class BoundedQueue<Item> {
  private readonly limit: number;
  private readonly policy: OverflowPolicy;
  /** Items and gaps in their order; what was dropped or taken is `undefined`. */
  private entries: (Item | Gap | undefined)[] = [];
  private head = 0;
  private count = 0;
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
    return this.count;
  }

  /** How many items it dropped so far. */
  get dropped(): number {
    return this.total;
  }

  /** Adds an item, or drops one when it is full. */
  push(item: Item): void {
    if (this.count < this.limit) {
      this.entries.push(item);
      this.count++;
      return;
    }
    this.total++;
    if (this.policy === 'drop-newest') this.markMissing(this.entries.length - 1, 1);
    else {
      this.dropOldest();
      this.entries.push(item);
      this.count++;
    }
  }

  /** Adds a gap that something else than this queue made. */
  pushGap(event: GapEvent<never>): void {
    const last = this.entries.at(-1);
    // Nothing lies between two gaps of a kind: the newer one says it all.
    if (last instanceof Gap && last.event.reason === event.reason && event.reason === 'reconnect') last.event = event;
    else this.entries.push(new Gap(event));
  }

  /** Takes the next item, or the gap in its place; `undefined` when there is none. */
  take(): Item | GapEvent<never> | undefined {
    while (this.head < this.entries.length) {
      const entry = this.entries[this.head];
      this.entries[this.head++] = undefined;
      if (entry === undefined) continue;
      this.compact();
      if (entry instanceof Gap) return entry.event;
      this.count--;
      return entry;
    }
    this.compact();
    return undefined;
  }

  private dropOldest(): void {
    let at = this.head;
    while (this.entries[at] === undefined || this.entries[at] instanceof Gap) at++;
    this.count--;
    const before = this.entries[at - 1];
    if (at > this.head && before instanceof Gap && before.event.reason === 'overflow') {
      // The mark moves up into the place of what is dropped, so that the next search begins there.
      this.entries[at] = new Gap({ ...before.event, dropped: (before.event.dropped ?? 0) + 1 });
      this.entries[at - 1] = undefined;
      if (at - 1 === this.head) this.head = at;
      this.compact();
    } else {
      this.entries[at] = overflow(1);
    }
  }

  private markMissing(last: number, dropped: number): void {
    const entry = this.entries[last];
    if (entry instanceof Gap && entry.event.reason === 'overflow') {
      entry.event = { ...entry.event, dropped: (entry.event.dropped ?? 0) + dropped };
    } else {
      this.entries.push(overflow(dropped));
    }
  }

  private compact(): void {
    if (this.head <= 32 || this.head * 2 <= this.entries.length) return;
    this.entries = this.entries.slice(this.head);
    this.head = 0;
  }
}

function overflow(dropped: number): Gap {
  return new Gap({ type: 'gap', reason: 'overflow', dropped, current: undefined });
}
