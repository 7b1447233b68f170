/** What a stream carries: bytes, or a hole where a sparse transfer has none. */
export type StreamChunk =
  | { readonly type: 'data'; readonly data: Uint8Array }
  /** So many zero bytes that were not sent. */
  | { readonly type: 'hole'; readonly lengthBytes: number };
