import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';

/** An example that runs as a process of its own. */
export interface ExampleRun {
  readonly child: ChildProcess;
  /** What it has printed so far, errors too. */
  readonly output: string;
  /** Its exit status; `null` when a signal killed it. */
  readonly ended: Promise<number | null>;
  /** Waits until it has printed something. */
  printed(pattern: RegExp, withinMs?: number): Promise<void>;
}

const node = ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning'];

/** Starts `examples/NAME/main.ts` as `npm start -w examples/NAME` does. */
export function startExample(name: string, ...options: readonly string[]): ExampleRun {
  const script = join(import.meta.dirname, '../../../../examples', name, 'main.ts');
  return watch(spawn(process.execPath, [...node, script, ...options]));
}

/** The same in a terminal, which `script` of util-linux makes. */
export function startInTerminal(name: string, ...options: readonly string[]): ExampleRun {
  const script = join(import.meta.dirname, '../../../../examples', name, 'main.ts');
  const command = [process.execPath, ...node, script, ...options].map((word) => `'${word}'`).join(' ');
  return watch(spawn('script', ['-qec', `${command}; stty -a`, '/dev/null']));
}

function watch(child: ChildProcess): ExampleRun {
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return {
    child,
    ended,
    get output() {
      return output;
    },
    printed: async (pattern, withinMs = 20_000) => {
      await expect.poll(() => output, { timeout: withinMs, interval: 20 }).toMatch(pattern);
    },
  };
}
