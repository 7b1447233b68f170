const encoder = new TextEncoder();

/** Whether two secrets are the same, in a time that tells nothing but the length of the second. */
export function timingSafeEqual(secret: string, given: string): boolean {
  const [expected, actual] = [encoder.encode(secret), encoder.encode(given)];
  let difference = expected.length ^ actual.length;
  for (let i = 0; i < actual.length; i++)
    difference |= (expected[i % Math.max(1, expected.length)] ?? 0) ^ (actual[i] as number);
  return difference === 0;
}
