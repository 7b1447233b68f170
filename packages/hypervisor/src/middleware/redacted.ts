const secret = /password|passwd|passphrase|secret|token|credential|sshkeys/i;
/** What people write freely, and may hold anything: for cloud-init, for programs in guests, in patches and definitions. */
const free = new Set(['userData', 'networkConfig', 'commands', 'input', 'environment', 'xml', 'text']);
const mostText = 1000;

/** Arguments without secrets, bytes and functions, for records: what is left can be written as JSON. */
export function redacted(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.length > mostText ? `${value.slice(0, mostText)}…` : value;
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof AbortSignal) return undefined;
  if (depth > 8) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => redacted(item, depth + 1));
  if (Symbol.asyncIterator in value || Symbol.iterator in value) return '[bytes]';
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      if (item === undefined || typeof item === 'function' || item instanceof AbortSignal) return [];
      return [[key, secret.test(key) || free.has(key) ? '[redacted]' : redacted(item, depth + 1)]];
    }),
  );
}
