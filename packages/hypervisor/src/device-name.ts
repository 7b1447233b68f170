/**
 * The name of the nth disk as Linux counts them: `vda` … `vdz`, `vdaa`, `vdab` …
 *
 * @param prefix - What the bus is called: `vd`, `sd`.
 * @param index - From 0.
 */
export function deviceName(prefix: string, index: number): string {
  let letters = '';
  for (let left = index; left >= 0; left = Math.floor(left / 26) - 1) {
    letters = String.fromCharCode(97 + (left % 26)) + letters;
  }
  return prefix + letters;
}
