import { constants } from '../protocol/constants.gen.ts';
import type { CallOptions } from '../rpc/call-options.ts';

/** Which part of a volume is moved, and how. */
export interface TransferOptions extends CallOptions {
  /** Where in the volume it begins. @default 0 */
  readonly offsetBytes?: number | undefined;
  /** How much is moved; 0 is all that follows. @default 0 */
  readonly lengthBytes?: number | undefined;
  /**
   * Holes travel as holes instead of zeros. An upload does not write in its holes, so the volume has to be a new one.
   *
   * @default false
   */
  readonly sparse?: boolean | undefined;
}

/** How far a transfer has come. */
export interface TransferProgress {
  /** The bytes that were moved, holes included. */
  readonly movedBytes: number;
}

/**
 * A transfer that tells how far it has come. Its `signal` ends it at any time; its `timeoutMs` covers the opening only,
 * since nobody knows how long the bytes take: for a limit to all of it, pass `AbortSignal.timeout(...)`.
 */
export interface TransferAllOptions extends TransferOptions {
  /** Called after each piece. */
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
}

/** The bit of an upload's {@link TransferOptions.sparse}. */
export const uploadBits: Record<'sparse', number> = { sparse: constants.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM };

/** The bit of a download's {@link TransferOptions.sparse}. */
export const downloadBits: Record<'sparse', number> = { sparse: constants.VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM };
