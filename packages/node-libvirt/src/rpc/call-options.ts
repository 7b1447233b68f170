/** What every call takes. */
export interface CallOptions {
  /** Aborts the wait: the call rejects at once with `LIBVIRT_ABORTED`; the daemon may still do the work. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which the call rejects with `LIBVIRT_TIMEOUT`; above 0. @default no limit */
  readonly timeoutMs?: number | undefined;
}
