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

/**
 * The logistic function of `count` numbers, a multiple of 4, in place; with `hyperbolic` the hyperbolic tangent. Off by
 * 2e-7 at most.
 */
export function squash(at: usize, count: i32, hyperbolic: bool): void {
  const one = f32x4.splat(1);
  const factor = f32x4.splat(hyperbolic ? 2 : -1);
  const end = at + (count << 2);
  for (let place = at; place < end; place += 16) {
    const power = exponential(f32x4.mul(v128.load(place), factor));
    const share = f32x4.div(one, f32x4.add(one, power));
    v128.store(place, hyperbolic ? f32x4.sub(one, f32x4.add(share, share)) : share);
  }
}

/** By Cody and Waite: a power of two times a polynomial between the halves of it (Software Manual, 1980). */
function exponential(x: v128): v128 {
  const held = f32x4.max(f32x4.min(x, f32x4.splat(87)), f32x4.splat(-87));
  const whole = f32x4.nearest(f32x4.mul(held, f32x4.splat(1.44269504)));
  let rest = f32x4.sub(held, f32x4.mul(whole, f32x4.splat(0.693359375)));
  rest = f32x4.sub(rest, f32x4.mul(whole, f32x4.splat(-0.00021219444)));
  let sum = f32x4.splat(0.000198756915);
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.0013981999507));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.0083334519073));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.041665795894));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.16666665459));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.50000001201));
  sum = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(sum, rest), rest), rest), f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return f32x4.mul(sum, exponent);
}
