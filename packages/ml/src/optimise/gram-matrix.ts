/**
 * The products of all pairs of columns, row by row. Only the lower triangle is sure to be filled.
 *
 * Rows and columns are taken in pairs: four sums for four loads is what makes a fit fast.
 *
 * @param columns - One after the other, `count` numbers each; must have room for one more than `size`.
 */
export function gramMatrix(columns: Float64Array, count: number, size: number): Float64Array {
  const even = size + (size % 2);
  const gram = new Float64Array(even * even);
  for (let row = 0; row < size; row += 2) {
    const a = row * count;
    const b = a + count;
    for (let column = 0; column <= row; column += 2) {
      const c = column * count;
      const d = c + count;
      let ac = 0;
      let ad = 0;
      let bc = 0;
      let bd = 0;
      for (let i = 0; i < count; i++) {
        const x = columns[a + i] as number;
        const y = columns[b + i] as number;
        const u = columns[c + i] as number;
        const v = columns[d + i] as number;
        ac += x * u;
        ad += x * v;
        bc += y * u;
        bd += y * v;
      }
      gram[row * even + column] = ac;
      gram[row * even + column + 1] = ad;
      gram[(row + 1) * even + column] = bc;
      gram[(row + 1) * even + column + 1] = bd;
    }
  }
  return even === size ? gram : trimmed(gram, size);
}

function trimmed(gram: Float64Array, size: number): Float64Array {
  const rows = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    const start = row * (size + 1);
    rows.set(gram.subarray(start, start + size), row * size);
  }
  return rows;
}
