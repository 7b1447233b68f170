/**
 * RC4, which OpenSSL 3 keeps out of reach and DIGEST-MD5 asks for. Its state goes on from call to call.
 *
 * @param key - 1 to 256 bytes.
 * @returns a function that encrypts, or decrypts, what comes next.
 */
export function rc4(key: Uint8Array): (bytes: Uint8Array) => Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number): number => state[index & 255] as number;
  const swap = (left: number, right: number): void => {
    const kept = at(left);
    state[left & 255] = at(right);
    state[right & 255] = kept;
  };
  let j = 0;
  for (let i = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] as number)) & 255;
    swap(i, j);
  }
  let i = 0;
  j = 0;
  return (bytes) => {
    const result = Buffer.allocUnsafe(bytes.length);
    for (let index = 0; index < bytes.length; index++) {
      i = (i + 1) & 255;
      j = (j + at(i)) & 255;
      swap(i, j);
      result[index] = (bytes[index] as number) ^ at(at(i) + at(j));
    }
    return result;
  };
}
