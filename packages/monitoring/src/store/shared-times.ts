const firstCapacity = 8;

/**
 * Times of series that get their samples in the same rounds, kept once for all of them: each series has a place at which
 * its times begin and one behind which they end. What stands before the last place does not change, so that a series
 * whose times go another way than those of the others goes on in a column of its own; those that go the same way follow.
 */
export class SharedTimes {
  #room: Float64Array;
  /** The place of the first time in the room, and that behind the last one. */
  #base: number;
  #end: number;
  /** The last part that was given away; as long as there is one, nothing in the room may move. */
  #view: { readonly from: number; readonly to: number; readonly timesMs: Float64Array } | undefined;
  /** Where others went another way, and on. */
  #branch: { readonly at: number; readonly times: SharedTimes } | undefined;
  #lowestKept = Infinity;
  #isPrivate = false;

  constructor(timesMs: Float64Array = new Float64Array(firstCapacity), base: number = 0, end: number = base) {
    this.#room = timesMs;
    this.#base = base;
    this.#end = end;
  }

  /** The place of the first time that is still there. */
  get begin(): number {
    return this.#base;
  }

  /** Bytes that the times take up. */
  get sizeBytes(): number {
    return this.#room.byteLength;
  }

  /** The time at a place. */
  at(place: number): number {
    return this.#room[place - this.#base] as number;
  }

  /** Whether these are the times of a series whose first one is this. */
  beginsWith(timeMs: number): boolean {
    return this.#end > this.#base && this.#room[0] === timeMs;
  }

  /** The first place from `from` to before `to` whose time is not before `timeMs`; `to` when there is none. */
  search(from: number, to: number, timeMs: number): number {
    let low = from - this.#base;
    let high = to - this.#base;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#room[middle] as number) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low + this.#base;
  }

  /** The times from one place to before another: the same array as long as the same ones are asked for. It never changes. */
  view(from: number, to: number): Float64Array {
    if (this.#view?.from !== from || this.#view.to !== to) {
      this.#view = { from, to, timesMs: this.#room.subarray(from - this.#base, to - this.#base) };
    }
    return this.#view.timesMs;
  }

  /**
   * The times of a series, from one place to before another, with one more behind them at the place `to`.
   *
   * @returns The column to go on in; places mean the same there.
   */
  follow(from: number, to: number, timeMs: number): SharedTimes {
    if (to === this.#end) {
      this.#append(timeMs);
      return this;
    }
    if (this.at(to) === timeMs) return this;
    const branch = this.#branch;
    // What begins later than this series, or has let go of what it needs, is no way for it.
    if (branch?.at === to && branch.times.begin <= from && branch.times.at(to) === timeMs) return branch.times;
    const times = this.#copy(from, to);
    times.#append(timeMs);
    this.#branch = { at: to, times };
    return times;
  }

  /** As {@link SharedTimes.follow} for a time that goes to a place before the last one; others behind it move up. */
  insert(from: number, to: number, place: number, timeMs: number): SharedTimes {
    const times = this.#isPrivate && this.#view === undefined ? this : this.#copy(from, to);
    times.#isPrivate = true;
    times.#append(timeMs);
    const at = place - times.#base;
    times.#room.copyWithin(at + 1, at, times.#end - times.#base - 1);
    times.#room[at] = timeMs;
    return times;
  }

  /** As {@link SharedTimes.follow} without the times from `start` to before `stop`; those behind them move down. */
  without(from: number, start: number, stop: number, to: number): SharedTimes {
    const times = this.#copy(from, to);
    times.#isPrivate = true;
    times.#room.copyWithin(start - from, stop - from, to - from);
    times.#end -= stop - start;
    return times;
  }

  /** Says that a series needs the times from a place on. */
  keep(place: number): void {
    if (place < this.#lowestKept) this.#lowestKept = place;
  }

  /** Lets the times go that no series has kept since the last time, once they are half of all. */
  trim(): void {
    const gone = this.#lowestKept - this.#base;
    this.#lowestKept = Infinity;
    if (gone === Infinity || gone * 2 < this.#room.length) return;
    this.#room = roomFor(this.#room.subarray(gone, this.#end - this.#base));
    this.#base += gone;
    this.#view = undefined;
    this.#branch = undefined; // nobody may be on it any more
  }

  #copy(from: number, to: number): SharedTimes {
    return new SharedTimes(roomFor(this.#room.subarray(from - this.#base, to - this.#base)), from, to);
  }

  #append(timeMs: number): void {
    const count = this.#end - this.#base;
    if (count === this.#room.length) this.#room = roomFor(this.#room);
    this.#room[count] = timeMs;
    this.#end++;
  }
}

/** Numbers in a room for half as many more. */
export function roomFor(numbers: Float64Array): Float64Array {
  const room = new Float64Array(Math.max(firstCapacity, Math.ceil(numbers.length * 1.5)));
  room.set(numbers);
  return room;
}
