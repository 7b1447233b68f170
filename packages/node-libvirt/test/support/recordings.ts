import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An answer of a real daemon (libvirt 9.0.0, QEMU 7.2) with what it means. */
export interface Recording {
  readonly driver: 'qemu' | 'test';
  readonly procedure: string;
  /** The whole frame. */
  readonly reply: Buffer;
  /** The decoded answer; a bigint is written `123n`, bytes `hex:00ff`. */
  readonly value?: unknown;
  /** The error that it is. */
  readonly error?: Readonly<Record<string, unknown>>;
}

interface StoredRecording extends Omit<Recording, 'reply'> {
  readonly reply: string;
}

/** The recorded answers. */
export const recordings: readonly Recording[] = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../fixtures/recorded-9.0.0.json'), 'utf8')) as StoredRecording[]
).map((recording) => ({ ...recording, reply: Buffer.from(recording.reply, 'base64') }));

/** A decoded value in the form in which recordings keep it. */
export function inRecordedForm(value: unknown): unknown {
  const text = JSON.stringify(value ?? null, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return `${inner}n`;
    return inner instanceof Uint8Array ? `hex:${Buffer.from(inner).toString('hex')}` : inner;
  });
  return JSON.parse(text) as unknown;
}
