/**
 * Partial sort as in netlib's `psort` (Singleton 1969), which R's `stl` finds its median with: moves what belongs there to
 * the places `wanted`, counted from 0.
 */
export function partialSort(values: Float64Array, wanted: readonly [number, number]): void {
  const a = (i: number) => values[i - 1] as number;
  const put = (i: number, v: number) => { values[i - 1] = v; };
  const ind = [0, wanted[0] + 1, wanted[1] + 1];
  const il: number[] = [], iu: number[] = [], indl: number[] = [], indu: number[] = [];
  let jl = 1, ju = 2, i = 1, j = values.length, m = 1;
  indl[1]=1; indu[1]=2;
  let start = true;
  outer: for (;;) {
    // 161
    if (!(start && i < j)) {
      m--;
      if (m === 0) return;
      i = il[m]!; j = iu[m]!; jl = indl[m]!; ju = indu[m]!;
      start = false;
      if (jl > ju) continue;
    }
    while (start || j - i > 10) {
      start = false;
      let k = i;
      const ij = (i + j) >> 1;
      let t = a(ij);
      if (a(i) > t) { put(ij, a(i)); put(i, t); t = a(ij); }
      let l = j;
      if (a(j) < t) {
        put(ij, a(j)); put(j, t); t = a(ij);
        if (a(i) > t) { put(ij, a(i)); put(i, t); t = a(ij); }
      }
      for (;;) {
        l--;
        if (a(l) <= t) {
          const tt = a(l);
          do k++; while (a(k) < t);
          if (k > l) break;
          put(l, a(k)); put(k, tt);
        }
      }
      indl[m] = jl; indu[m] = ju;
      const p = m; m++;
      if (l - i <= j - k) {
        il[p] = k; iu[p] = j; j = l;
        for (;;) { if (jl > ju) continue outer; if (ind[ju]! <= j) break; ju--; }
        indl[p] = ju + 1;
      } else {
        il[p] = i; iu[p] = l; i = k;
        for (;;) { if (jl > ju) continue outer; if (ind[jl]! >= i) break; jl++; }
        indu[p] = jl - 1;
      }
    }
    if (i === 1) { start = true; continue; }
    i--;
    for (;;) {
      i++;
      if (i === j) continue outer;
      const t = a(i + 1);
      if (a(i) > t) {
        let k = i;
        do { put(k + 1, a(k)); k--; } while (t < a(k));
        put(k + 1, t);
      }
    }
  }
}
