/** A sum that loses next to nothing (Kahan's, as Neumaier improved it), the same as Prometheus' to the last bit. */
export class KahanSum {
  /** The plain sum. */
  sum = 0;
  /** What the plain sum lost. */
  compensation = 0;

  /** Begins anew. */
  reset(): void {
    this.sum = 0;
    this.compensation = 0;
  }

  /** Adds a number. */
  add(value: number): void {
    const sum = this.sum + value;
    if (sum === Infinity || sum === -Infinity) this.compensation = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.compensation += this.sum - sum + value;
    else this.compensation += value - sum + this.sum;
    this.sum = sum;
  }

  /** The sum with what was lost. */
  get total(): number {
    return this.sum + this.compensation;
  }
}
