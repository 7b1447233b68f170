import { exportParquet, type MetricStore, type ParquetExportOptions } from '@novacron/monitoring';

/** All of a text that comes in pieces. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

/** A store's samples as a Parquet file. */
export async function parquetBytes(
  store: MetricStore,
  options?: ParquetExportOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of exportParquet(store, options)) pieces.push(piece);
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
