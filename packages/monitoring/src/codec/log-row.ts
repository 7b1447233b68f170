import type { SampleBatch } from '../store/metric-store.ts';
import { corruptError } from './byte-buffer.ts';

/**
 * A row of the batch log is a head of four words (form, samples, words of references, nothing) and whole columns, the
 * 8-byte ones first so that they lie aligned: times, values, references.
 *
 * A round of measurements mostly has one time for all, and its series in the order in which they were first seen. So
 * one time is written once, and references that follow each other as a first one and how many.
 */
const version = 0x0100;
const sharedTime = 1;
const refRuns = 2;
const headBytes = 16;

/** Writes a batch of at least one sample. All its bits come back. */
export function encodeLogRow({ refs, timesMs, values }: SampleBatch): Uint8Array<ArrayBuffer> {
  const shared = timesMs.every((timeMs) => timeMs === timesMs[0]);
  const times = shared ? timesMs.subarray(0, 1) : timesMs;
  const runs = runsOf(refs);
  const references = runs ?? refs;
  const wide = times.length + values.length;
  const bytes = new Uint8Array(headBytes + wide * 8 + references.length * 4);
  const form = version | (shared ? sharedTime : 0) | (runs === undefined ? 0 : refRuns);
  new Uint32Array(bytes.buffer, 0, 4).set([form, refs.length, references.length, 0]);
  new Float64Array(bytes.buffer, headBytes, times.length).set(times);
  new Float64Array(bytes.buffer, headBytes + times.length * 8, values.length).set(values);
  new Uint32Array(bytes.buffer, headBytes + wide * 8, references.length).set(references);
  return bytes;
}

/**
 * Reads a batch.
 *
 * @throws {MonitoringError} NOVA_MONITORING_CORRUPT when the bytes are no such row.
 */
export function decodeLogRow(row: Uint8Array): SampleBatch {
  const bytes = row.slice(); // aligned, whatever buffer it came in
  if (bytes.length < headBytes) throw corruptError('A row of the log is too short');
  const [form = 0, count = 0, referenceWords = 0] = new Uint32Array(bytes.buffer, 0, 3);
  if ((form & ~(sharedTime | refRuns)) !== version) throw corruptError('A row of the log is of an unknown form');
  const timeCount = (form & sharedTime) === 0 ? count : 1;
  if (bytes.length !== headBytes + (timeCount + count) * 8 + referenceWords * 4) {
    throw corruptError('A row of the log has a wrong length');
  }
  const times = new Float64Array(bytes.buffer, headBytes, timeCount);
  const references = new Uint32Array(bytes.buffer, headBytes + (timeCount + count) * 8, referenceWords);
  return {
    refs: readReferences(references, count, (form & refRuns) !== 0),
    timesMs: timeCount === count ? times : new Float64Array(count).fill(times[0] as number),
    values: new Float64Array(bytes.buffer, headBytes + timeCount * 8, count),
  };
}

/** First references and lengths of runs, if that is shorter. */
function runsOf(refs: Uint32Array): Uint32Array | undefined {
  const runs: number[] = [];
  for (let i = 0; i < refs.length;) {
    const first = i;
    do i++;
    while (i < refs.length && refs[i] === (refs[i - 1] as number) + 1);
    runs.push(refs[first] as number, i - first);
    if (runs.length >= refs.length) return undefined;
  }
  return Uint32Array.from(runs);
}

function readReferences(references: Uint32Array, count: number, runs: boolean): Uint32Array {
  if (!runs) {
    if (references.length !== count) throw corruptError('A row of the log has too few or too many series');
    return references;
  }
  const refs = new Uint32Array(count);
  let position = 0;
  for (let i = 0; i + 1 < references.length; i += 2) {
    const first = references[i] as number;
    const end = position + (references[i + 1] as number);
    if (end > count) throw corruptError('A row of the log has too many series');
    for (let ref = first; position < end; ref++) refs[position++] = ref;
  }
  if (position !== count) throw corruptError('A row of the log has too few series');
  return refs;
}
