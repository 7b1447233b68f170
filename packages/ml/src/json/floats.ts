import { MlError } from '../error.ts';

const chunkBytes = 0x8000;

/** Numbers as base64 of their little-endian doubles: every bit comes back, NaN and -0 included. */
export function encodeFloats(values: Float64Array): string {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i] as number, true);
  let text = '';
  for (let start = 0; start < bytes.length; start += chunkBytes) {
    text += String.fromCharCode(...bytes.subarray(start, start + chunkBytes));
  }
  return btoa(text);
}

/**
 * The reverse of {@link encodeFloats}.
 *
 * @throws {MlError} NOVA_ML_DAMAGED when the text is not base64 of whole doubles.
 */
export function decodeFloats(text: string, field: string): Float64Array {
  let bytes: string;
  try {
    bytes = atob(text);
  } catch (cause) {
    throw damaged(`${field} must be base64`, cause);
  }
  if (bytes.length % 8 !== 0) throw damaged(`${field} must hold whole doubles, not ${bytes.length} bytes`);
  const view = new DataView(new ArrayBuffer(bytes.length));
  for (let i = 0; i < bytes.length; i++) view.setUint8(i, bytes.charCodeAt(i));
  const values = new Float64Array(bytes.length / 8);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(i * 8, true);
  return values;
}

/** The error of saved JSON that does not describe a model. */
export function damaged(message: string, cause?: unknown): MlError {
  return new MlError({ kind: 'invalid', code: 'NOVA_ML_DAMAGED', message: `Damaged model: ${message}`, cause });
}
