import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { LibvirtError } from '../error/libvirt-error.ts';
import { connectError } from './connect-error.ts';
import { ProcessStream, type Program } from './process-stream.ts';

/** How long a program may take to end when it is told to. */
const graceMs = 1000;

/**
 * Starts a program that talks to the daemon over its standard streams; no shell reads the command.
 *
 * @param explain - Makes the error of how it ended and its last words.
 */
export function dialCommand(
  command: string,
  args: readonly string[],
  explain: (outcome: string, complaints: string) => LibvirtError = (outcome, complaints) =>
    commandError(command, outcome, complaints),
): ProcessStream {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const stream = new ProcessStream(childProgram(child), explain);
  child.once('close', (code, signal) => stream.ended(signal ?? `exit code ${code}`));
  child.once('error', (error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such program' : error.message;
    const message = `cannot start "${command}": ${why}`;
    stream.destroy(connectError('LIBVIRT_CONNECT_FAILED', message, { cause: error }));
  });
  return stream;
}

/** The error of a program that has ended: its last words say why. */
export function commandError(what: string, outcome: string, complaints: string): LibvirtError {
  const words = complaints === '' ? '' : `: ${complaints}`;
  return connectError('LIBVIRT_CONNECT_FAILED', `${what} ended with ${outcome}${words}`);
}

function childProgram(child: ChildProcessByStdio<Writable, Readable, Readable>): Program {
  const { stdin, stdout, stderr } = child;
  const pipes = [stdin, stdout, stderr] as readonly (Readable & { ref?: () => void; unref?: () => void })[];
  const program = {
    stdin,
    stdout,
    stderr,
    kill(): void {
      for (const pipe of pipes) pipe.destroy();
      program.unref();
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      const stubborn = setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
      child.once('exit', () => clearTimeout(stubborn));
    },
    ref(): void {
      child.ref();
      for (const pipe of pipes) pipe.ref?.();
    },
    unref(): void {
      child.unref();
      for (const pipe of pipes) pipe.unref?.();
    },
  };
  return program;
}
