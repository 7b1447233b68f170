import { Duplex, type Readable, type Writable } from 'node:stream';

/** A program that runs here or elsewhere. */
export interface Program {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Ends it, and closes its streams. */
  kill(): void;
  /** Keeps this process alive until it has ended. */
  ref(): void;
  /** Lets this process end although it has not. */
  unref(): void;
}

/** How much of what a program complains about is kept. */
const keptCharacters = 2000;

/**
 * A program as a stream: what is written goes to its input, what it prints is read. When it ends by itself, the stream
 * fails; destroying the stream ends the program.
 */
export class ProcessStream extends Duplex {
  private readonly program: Program;
  private readonly explain: (outcome: string, complaints: string) => Error;
  private complaints = '';

  /**
   * @param program - The program; the stream owns it from now on.
   * @param explain - Makes the error of how it ended and its last words.
   */
  constructor(program: Program, explain: (outcome: string, complaints: string) => Error) {
    super();
    this.program = program;
    this.explain = explain;
    program.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) program.stdout.pause();
    });
    program.stderr.on('data', (chunk: Buffer) => {
      this.complaints = (this.complaints + chunk.toString()).slice(-keptCharacters);
    });
    // A program that has ended takes no more input; how it ended says more than that.
    program.stdin.on('error', () => {});
    // It may end before anybody listens: then it is seen to be destroyed.
    this.on('error', () => {});
  }

  /** Tells that the program has ended, and that all it said has been read. */
  ended(outcome: string): void {
    if (!this.destroyed) this.destroy(this.explain(outcome, this.complaints.trim()));
  }

  /** Keeps this process alive until the stream has ended. */
  ref(): void {
    this.program.ref();
  }

  /** Lets this process end although the stream has not. */
  unref(): void {
    this.program.unref();
  }

  override _read(): void {
    this.program.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.program.stdin.write(chunk, () => done());
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.program.stdin.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), () => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.program.kill();
    done(error);
  }
}
