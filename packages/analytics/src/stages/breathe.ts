const longestSliceMs = 20;

/**
 * Makes a function that long loops await between their steps: now and then it lets other work run, so that an abort is
 * seen, and throws when the signal has fired.
 */
export function breather(signal: AbortSignal): () => Promise<void> {
  let sliceMs = performance.now();
  return async () => {
    if (performance.now() - sliceMs > longestSliceMs) {
      // A turn of the event loop, not a wait: the injected clock has no part in it.
      await new Promise((resolve) => setTimeout(resolve, 0));
      sliceMs = performance.now();
    }
    signal.throwIfAborted();
  };
}
