/** A line that keeps changing at the bottom of a terminal, with lines that stay above it. */
export class Progress {
  readonly #terminal = process.stdout.isTTY;
  #line = '';

  /** Prints a line that stays. */
  print(text: string): void {
    this.#write(`${text}\n${this.#line}`);
  }

  /** Changes the line at the bottom: how far it is, from 0 to 1, and what there is to say. */
  update(done: number, text: string): void {
    const width = 24;
    const filled = Math.round(done * width);
    this.#line = this.#terminal ? `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${text}` : '';
    this.#write(this.#line);
  }

  /** Takes the line away. */
  end(): void {
    this.#line = '';
    this.#write('');
  }

  #write(text: string): void {
    if (this.#terminal) process.stdout.write(`\r\u001b[2K${text}`);
    else if (text !== '') process.stdout.write(text);
  }
}
