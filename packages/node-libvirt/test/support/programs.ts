import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes a program that passes its standard streams on to a socket, and its arguments to a file, one a line. */
export function writePipe(folder: string, name: string, socket: string): string {
  return writeProgram(
    folder,
    name,
    `if (process.argv[2] === '-q') process.exit(1); // no netcat's option to us
appendFileSync(${JSON.stringify(join(folder, 'calls'))}, JSON.stringify([${JSON.stringify(name)}, ...process.argv.slice(2)]) + '\\n');
const socket = createConnection(${JSON.stringify(socket)});
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('close', () => process.exit(0));
socket.on('error', () => process.exit(1));`,
  );
}

/** Writes a program for this Node. */
export function writeProgram(folder: string, name: string, code: string): string {
  const file = join(folder, name);
  writeFileSync(
    file,
    `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const { createConnection } = require('node:net');
const { spawn } = require('node:child_process');
${code}
`,
  );
  chmodSync(file, 0o755);
  return file;
}
