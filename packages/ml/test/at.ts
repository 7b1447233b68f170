/** The element or field of a name; fails the test when there is none. */
export function at<T>(values: ArrayLike<T> | Readonly<Record<string, T>>, key: number | string): T {
  const value = (values as Readonly<Record<string | number, T>>)[key];
  if (value === undefined) throw new RangeError(`There is nothing at ${key}`);
  return value;
}
