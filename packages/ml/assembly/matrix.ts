/**
 * Matrix product in four-lane 32-bit floats: c += a b, all row by row. `m` must be a multiple of 4 and `n` of 8; whoever
 * calls pads with zeros. Four rows by eight columns of c stay in registers while a row of a and a column of b go by.
 */
export function multiply(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32): void {
  for (let i = 0; i < m; i += 4) {
    const a0 = a + ((i * k) << 2);
    const a1 = a0 + (k << 2);
    const a2 = a1 + (k << 2);
    const a3 = a2 + (k << 2);
    for (let j = 0; j < n; j += 8) {
      let c00 = f32x4.splat(0);
      let c01 = f32x4.splat(0);
      let c10 = f32x4.splat(0);
      let c11 = f32x4.splat(0);
      let c20 = f32x4.splat(0);
      let c21 = f32x4.splat(0);
      let c30 = f32x4.splat(0);
      let c31 = f32x4.splat(0);
      let column = b + (j << 2);
      for (let p = 0; p < k; p++) {
        const b0 = v128.load(column);
        const b1 = v128.load(column, 16);
        const offset = p << 2;
        const x0 = v128.load32_splat(a0 + offset);
        c00 = f32x4.add(c00, f32x4.mul(x0, b0));
        c01 = f32x4.add(c01, f32x4.mul(x0, b1));
        const x1 = v128.load32_splat(a1 + offset);
        c10 = f32x4.add(c10, f32x4.mul(x1, b0));
        c11 = f32x4.add(c11, f32x4.mul(x1, b1));
        const x2 = v128.load32_splat(a2 + offset);
        c20 = f32x4.add(c20, f32x4.mul(x2, b0));
        c21 = f32x4.add(c21, f32x4.mul(x2, b1));
        const x3 = v128.load32_splat(a3 + offset);
        c30 = f32x4.add(c30, f32x4.mul(x3, b0));
        c31 = f32x4.add(c31, f32x4.mul(x3, b1));
        column += n << 2;
      }
      const row = n << 2;
      let place = c + ((i * n + j) << 2);
      add(place, c00, c01);
      place += row;
      add(place, c10, c11);
      place += row;
      add(place, c20, c21);
      place += row;
      add(place, c30, c31);
    }
  }
}

function add(place: usize, low: v128, high: v128): void {
  v128.store(place, f32x4.add(v128.load(place), low));
  v128.store(place, f32x4.add(v128.load(place, 16), high), 16);
}
