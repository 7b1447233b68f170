/**
 * Where bytes come from: the path of a local file, or pieces of bytes in order. Drivers that also run in a browser take
 * no paths.
 */
export type UploadSource = string | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
