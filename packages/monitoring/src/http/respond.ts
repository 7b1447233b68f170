import { NovaError, type Clock } from '@novacron/core';
import { promqlErrorType } from '../promql/error.ts';
import { TextPiece } from './text-piece.ts';

/** Prometheus' words for errors, with their HTTP status. */
const statusOfType: Readonly<Record<string, number>> = {
  bad_data: 400,
  execution: 422,
  timeout: 503,
  canceled: 503,
  internal: 500,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  unavailable: 503,
};

/** What `data` of an answer is accompanied by. */
export interface Notes {
  readonly warnings?: readonly string[] | undefined;
  readonly infos?: readonly string[] | undefined;
}

/** About so many characters or bytes are made before others get their turn. */
const pieceLength = 262_144;

/** A successful answer. */
export function success(data: unknown, notes: Notes = {}): Response {
  return json({ status: 'success', data, ...shown(notes) }, 200);
}

/** An entry of a list: its text, or what writes it. */
export type ListItem = string | ((piece: TextPiece) => void);

/**
 * A successful answer whose data is a list, written piece by piece: a long one neither stands in memory nor holds up the
 * event loop.
 *
 * @param head - The text before the list, up to its bracket.
 * @param items - The list's entries as JSON.
 * @param tail - The text behind it.
 */
export function streamed(head: string, items: Iterable<ListItem>, tail: string, notes: Notes, clock: Clock): Response {
  const ending = `${tail}${Object.entries(shown(notes))
    .map(([name, value]) => `,${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join('')}}`;
  return new Response(textStream(pieces(`{"status":"success","data":${head}`, items, ending), clock), {
    headers: { 'content-type': 'application/json' },
  });
}

/** A stream of texts, made when they are asked for; others get their turn between two. */
export function textStream(
  texts: Iterable<string | Uint8Array<ArrayBuffer>>,
  clock: Clock,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const iterator = texts[Symbol.iterator]();
  return new ReadableStream({
    async pull(controller) {
      await clock.sleep(0);
      const { value, done } = iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
    },
    cancel() {
      iterator.return?.();
    },
  });
}

function* pieces(
  head: string,
  items: Iterable<ListItem>,
  tail: string,
): Generator<Uint8Array<ArrayBuffer>, void, undefined> {
  const piece = new TextPiece();
  piece.text(`${head}[`);
  let first = true;
  for (const item of items) {
    if (!first) piece.text(',');
    first = false;
    if (typeof item === 'string') piece.text(item);
    else item(piece);
    if (piece.length >= pieceLength) yield piece.take();
  }
  piece.text(`]${tail}`);
  yield piece.take();
}

/** Lists of notes that say nothing are left out, as Prometheus does. */
function shown({ warnings = [], infos = [] }: Notes): Record<string, readonly string[]> {
  return { ...(warnings.length > 0 ? { warnings } : {}), ...(infos.length > 0 ? { infos } : {}) };
}

/** The answer for an error, in Prometheus' words. What is not ours is `internal`, and its text stays here. */
export function failure(error: unknown): Response {
  const errorType = errorTypeOf(error);
  const known = NovaError.isInstance(error) && errorType !== 'internal';
  const message = known ? error.message : 'internal error';
  const limited = NovaError.isInstance(error) && error.kind === 'quota' && error.details['limit'] === 'maxBodyBytes';
  const own = NovaError.isInstance(error) && error.kind === 'unsupported' ? error.details['status'] : undefined;
  const status = limited ? 413 : typeof own === 'number' ? own : (statusOfType[errorType] ?? 500);
  return json({ status: 'error', errorType, error: message }, status);
}

/** Prometheus' word for an error. */
export function errorTypeOf(error: unknown): string {
  if (!NovaError.isInstance(error)) return 'internal';
  switch (error.kind) {
    case 'auth-expired':
      return 'unauthorized';
    case 'permission':
      return 'forbidden';
    case 'not-found':
      return 'not_found';
    case 'capacity':
    case 'unavailable':
    case 'throttled':
      return 'unavailable';
    case 'invalid':
    case 'unsupported':
      return (error.details['errorType'] as string | undefined) ?? 'bad_data';
    case 'quota':
      return (error.details['errorType'] as string | undefined) ?? 'execution';
    default:
      return promqlErrorType(error);
  }
}

function json(value: unknown, status: number): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}
