import { invalidInput, MonitoringError } from '../error.ts';

/**
 * Reads a request's body, unpacked where it says that it is packed by gzip.
 *
 * @param maxBytes - The most that is taken, as it is sent and unpacked.
 * @throws {MonitoringError} NOVA_MONITORING_QUOTA when it is bigger, NOVA_MONITORING_INVALID when it is cut off or not what
 * it says, NOVA_MONITORING_UNSUPPORTED when it is packed by something else.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const encoding = (request.headers.get('content-encoding') ?? 'identity').trim().toLowerCase();
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooBig(maxBytes);
  if (request.body === null) return new Uint8Array();
  if (encoding === 'gzip' || encoding === 'deflate') {
    const limited = request.body.pipeThrough(limit(maxBytes));
    return collect(limited.pipeThrough(new DecompressionStream(encoding)), maxBytes);
  }
  if (encoding === 'identity' || encoding === 'snappy' || encoding === '') return collect(request.body, maxBytes);
  throw new MonitoringError({
    kind: 'unsupported',
    message: `The body is packed by ${encoding}; gzip and snappy are known`,
    details: { status: 415 },
  });
}

function limit(maxBytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > maxBytes) controller.error(tooBig(maxBytes));
      else controller.enqueue(chunk);
    },
  });
}

/** @throws {MonitoringError} NOVA_MONITORING_QUOTA, NOVA_MONITORING_INVALID */
async function collect(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      length += chunk.length;
      if (length > maxBytes) throw tooBig(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof MonitoringError) throw error;
    throw invalidInput(`The body can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function tooBig(maxBytes: number): MonitoringError {
  const message = `The body is bigger than ${maxBytes} bytes`;
  return new MonitoringError({ kind: 'quota', message, details: { limit: 'maxBodyBytes' } });
}
