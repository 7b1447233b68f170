import { subscribe } from 'node:diagnostics_channel';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll } from 'vitest';
import type { LabRecord } from '../../generator/coverage.ts';
import type { ReplyDiagnostic } from '../../src/index.ts';

/** Adds what this file calls with success to a record of calls by driver, when its tests are over. */
export function recordCalls(path: string): void {
  const called = new Map<string, Set<string>>();
  subscribe('node-libvirt:reply', (message) => {
    const { uri, procedure, errorCode } = message as ReplyDiagnostic;
    if (errorCode !== undefined) return;
    const driver = uri.split(/[+:]/)[0] ?? '';
    called.set(driver, (called.get(driver) ?? new Set()).add(procedure));
  });
  afterAll(() => {
    const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as LabRecord) : {};
    // A daemon without that driver answers too, until it is asked to open it.
    for (const [driver, procedures] of called) if (!procedures.has('connectOpen')) called.delete(driver);
    const drivers = [...new Set([...Object.keys(before), ...called.keys()])].toSorted();
    const record = Object.fromEntries(
      drivers.map((driver) => [
        driver,
        [...new Set([...(before[driver] ?? []), ...(called.get(driver) ?? [])])].toSorted(),
      ]),
    );
    writeFileSync(path, `${JSON.stringify(record, undefined, 2)}\n`);
  });
}
