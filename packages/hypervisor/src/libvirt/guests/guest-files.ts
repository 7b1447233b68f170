import type { CallOptions } from '@novacron/core';
import type { Domain } from 'node-libvirt';
import { HypervisorError } from '../../error.ts';

/** Answers of the agent go through a buffer of libvirt's of 4 MiB, in base64. */
const pieceBytes = 1024 ** 2;

/**
 * A file of the guest.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_CAPACITY when it is larger than the limit.
 */
export async function readGuestFile(
  domain: Domain,
  path: string,
  limitBytes: number,
  call: CallOptions,
): Promise<Uint8Array> {
  return withFile(domain, path, 'r', call, async (handle) => {
    const pieces: Buffer[] = [];
    for (let readBytes = 0; ;) {
      const answer = (await domain.qemuAgentCommand(
        { execute: 'guest-file-read', arguments: { handle, count: pieceBytes } },
        call,
      )) as { readonly 'buf-b64': string; readonly eof: boolean };
      const piece = Buffer.from(answer['buf-b64'], 'base64');
      pieces.push(piece);
      readBytes += piece.length;
      if (readBytes > limitBytes) {
        throw new HypervisorError({
          kind: 'capacity',
          message: `${path} has more than ${limitBytes} bytes; raise limitBytes to read it`,
          details: { vm: domain.name, path, limitBytes },
        });
      }
      if (answer.eof || piece.length === 0) return Buffer.concat(pieces);
    }
  });
}

/** Writes a file of the guest anew. */
export async function writeGuestFile(
  domain: Domain,
  path: string,
  content: string | Uint8Array,
  call: CallOptions,
): Promise<void> {
  const bytes = Buffer.from(content);
  await withFile(domain, path, 'w', call, async (handle) => {
    for (let at = 0; at < bytes.length;) {
      const piece = bytes.subarray(at, at + pieceBytes);
      const { count } = (await domain.qemuAgentCommand(
        { execute: 'guest-file-write', arguments: { handle, 'buf-b64': piece.toString('base64') } },
        call,
      )) as { readonly count: number };
      at += count;
    }
  });
}

async function withFile<T>(
  domain: Domain,
  path: string,
  mode: 'r' | 'w',
  call: CallOptions,
  task: (handle: unknown) => Promise<T>,
): Promise<T> {
  const handle = await domain.qemuAgentCommand({ execute: 'guest-file-open', arguments: { path, mode } }, call);
  try {
    return await task(handle);
  } finally {
    // Also when the caller has given up: the agent can keep only so many files open.
    await domain.qemuAgentCommand({ execute: 'guest-file-close', arguments: { handle } }).catch(() => {});
  }
}
