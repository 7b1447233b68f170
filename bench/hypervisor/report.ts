/** A figure, and the peer's beside it. */
export interface Figure {
  readonly figure: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly peerName: string | null;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly data: string;
  readonly runs: number;
  /** Why there is no peer. */
  readonly reason?: string;
}

const round3 = (value: number): number => Number(value.toPrecision(3));

/** Prints a figure as a line of JSON. */
export function report(figure: Figure): void {
  const { ours, peer } = figure;
  const known = peer !== null && Number.isFinite(peer);
  const line = {
    ...figure,
    ours: round3(ours),
    peer: known ? round3(peer) : null,
    ratio: known ? round3(ours / peer) : null,
    ...(peer !== null && !known ? { reason: 'the peer is not installed' } : {}),
  };
  console.log(JSON.stringify(line));
}

/** How long something takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
