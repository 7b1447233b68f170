/** Lines of a file under /proc, each split at white space, without empty ones. */
export function fieldsOf(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '');
}

/** A field as number; none when it is missing or no number. */
export function numberOf(field: string | undefined): number | undefined {
  if (field === undefined || !/^\d+(\.\d+)?$/.test(field)) return undefined;
  return Number(field);
}
