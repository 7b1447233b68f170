/** A value that does not fit its place on the wire, or bytes that make no sense there. */
export class XdrError extends Error {
  override readonly name = 'XdrError';
}
