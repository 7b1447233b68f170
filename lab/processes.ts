import { setTimeout as sleep } from 'node:timers/promises';

/** Ends processes, gently first. @throws {Error} when some do not end. */
export async function endProcesses(find: () => readonly number[]): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of find()) kill(pid, signal);
    for (let attempt = 0; attempt < 50 && find().length > 0; attempt++) await sleep(100);
  }
  const left = find();
  if (left.length > 0) throw new Error(`Some of the lab's processes do not end: ${left.join(' ')}`);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended by itself
  }
}
