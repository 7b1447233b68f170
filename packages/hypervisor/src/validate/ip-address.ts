/** The family of an address, 4 or 6; 0 when it is none. Written here, since `node:net` is not everywhere. */
export function isIP(value: unknown): 0 | 4 | 6 {
  if (typeof value !== 'string') return 0;
  if (isIPv4(value)) return 4;
  return isIPv6(value) ? 6 : 0;
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIPv6(text: string): boolean {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return false;
  const groups = (part: string): number | undefined => {
    if (part === '') return 0;
    const words = part.split(':');
    return words.every((word) => /^[0-9a-f]{1,4}$/i.test(word)) ? words.length : undefined;
  };
  const before = groups(head);
  const after = tail === undefined ? 0 : groups(tail);
  if (before === undefined || after === undefined) return false;
  return tail === undefined ? before === 8 : before + after <= 7;
}
