import type { Clock } from '@novacron/core';

/** Where a library keeps what it has. */
export interface LibraryOptions {
  /** The pool. */
  readonly pool: string;
  /** Stamps what is put in. @default the system's clock */
  readonly clock?: Clock | undefined;
}
