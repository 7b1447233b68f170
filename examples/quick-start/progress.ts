/** A line that keeps changing at the bottom of a terminal, with lines that stay above it. */
export class Progress {
  readonly #terminal = process.stdout.isTTY;
  #line = '';
  #tenths = 0;

  /** Prints a line that stays. */
  print(text: string): void {
    if (this.#terminal) process.stdout.write(`\r\u001b[2K${text}\n${this.#line}`);
    else console.log(text);
  }

  /** Says how far it is, from 0 to 1; where there is no terminal, a line for each tenth. */
  update(done: number, text: string): void {
    const tenths = Math.floor(done * 10);
    if (this.#terminal) {
      const filled = Math.round(done * 24);
      this.#line = `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${text}`;
      process.stdout.write(`\r\u001b[2K${this.#line}`);
    } else if (tenths > this.#tenths) console.log(`${tenths * 10} %: ${text}`);
    this.#tenths = tenths;
  }

  /** Takes the line away. */
  end(): void {
    if (this.#terminal && this.#line !== '') process.stdout.write('\r\u001b[2K');
    this.#line = '';
  }
}
