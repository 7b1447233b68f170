/**
 * The difference of two texts line by line: each line begins with a space, `-` or `+`. Lines that are equal and further
 * than three from a change are left out.
 */
export function diffLines(before: string, after: string): readonly string[] {
  const a = before.trimEnd().split('\n');
  const b = after.trimEnd().split('\n');
  const all: string[] = [];
  const common = commonLengths(a, b);
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      all.push(` ${a[i]}`);
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(common, i + 1, j) >= at(common, i, j + 1))) all.push(`-${a[i++]}`);
    else all.push(`+${b[j++]}`);
  }
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - 3), index + 4).some((line) => !line.startsWith(' ')),
  );
  return all.filter((_, index) => near[index]);
}

const at = (common: readonly (readonly number[])[], i: number, j: number): number => common[i]?.[j] ?? 0;

/** How many lines the rests of both texts have in common, from each place on. */
function commonLengths(a: readonly string[], b: readonly string[]): readonly (readonly number[])[] {
  const common: number[][] = Array.from({ length: a.length + 1 }, () => []);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(common, i + 1, j + 1) + 1 : Math.max(at(common, i + 1, j), at(common, i, j + 1));
    }
  }
  return common;
}
