import { sliceSeries, type Series } from '@novacron/core';

/** A growing message of protocol buffers. */
class Message {
  #bytes = new Uint8Array(64);
  length = 0;

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.length);
  }

  varint(value: number): void {
    this.#room(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  /** The eight bytes at a place of a column, as they are: a number would lose the bits of a NaN. */
  double(column: Float64Array, index: number): void {
    this.#room(8);
    this.#bytes.set(new Uint8Array(column.buffer, column.byteOffset + index * 8, 8), this.length);
    this.length += 8;
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  field(number: number, bytes: Uint8Array): void {
    this.varint(number * 8 + 2);
    this.varint(bytes.length);
    this.raw(bytes);
  }

  #room(length: number): void {
    if (this.length + length <= this.#bytes.length) return;
    const grown = new Uint8Array((this.length + length) * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function timeSeries({ metric, labels, timesMs, values }: Series): Uint8Array {
  const message = new Message();
  const pairs = Object.entries({ __name__: metric, ...labels }).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of pairs) {
    const label = new Message();
    label.field(1, text(name));
    label.field(2, text(value));
    message.field(1, label.bytes);
  }
  const sample = new Message();
  for (let i = 0; i < timesMs.length; i++) {
    sample.length = 0;
    sample.varint(9);
    sample.double(values, i);
    sample.varint(16);
    sample.varint(timesMs[i] as number);
    message.field(2, sample.bytes);
  }
  return message.bytes;
}

/** Snappy without compression: its length, then literals. */
function snappy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Message();
  framed.varint(bytes.length);
  for (let start = 0; start < bytes.length; start += 65_536) {
    const part = bytes.subarray(start, start + 65_536);
    const last = part.length - 1;
    framed.raw(Uint8Array.of(61 << 2, last & 255, last >> 8));
    framed.raw(part);
  }
  return framed.bytes;
}

/** Writes series to a server that takes remote writes, ten minutes of all of them at a time: it wants time to go on. */
export async function remoteWrite(url: string, series: readonly Series[]): Promise<void> {
  const startMs = Math.min(...series.map(({ timesMs }) => timesMs[0] as number));
  const endMs = Math.max(...series.map(({ timesMs }) => timesMs.at(-1) as number));
  for (let fromMs = startMs; fromMs <= endMs; fromMs += 600_000) {
    const slices = series
      .map((one) => sliceSeries(one, fromMs, fromMs + 600_000))
      .filter(({ values }) => values.length > 0);
    for (let first = 0; first < slices.length; first += 2_000) await send(url, slices.slice(first, first + 2_000));
  }
}

async function send(url: string, series: readonly Series[]): Promise<void> {
  const request = new Message();
  for (const one of series) request.field(1, timeSeries(one));
  const response = await fetch(`${url}/api/v1/write`, {
    method: 'POST',
    headers: {
      'Content-Encoding': 'snappy',
      'Content-Type': 'application/x-protobuf',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
    },
    body: snappy(request.bytes),
  });
  if (!response.ok) throw new Error(`Remote write failed: ${response.status} ${await response.text()}`);
}
