/** A column with room for a place: the same one, or a longer copy. What is new is filled with `empty`. */
export function grow<Column extends Uint8Array | Uint32Array | Float64Array>(
  column: Column,
  place: number,
  empty: number = 0,
): Column {
  if (place < column.length) return column;
  const Kind = column.constructor as new (length: number) => Column;
  const grown = new Kind(Math.max(place + 1, Math.ceil(column.length * 1.25)));
  grown.set(column);
  if (empty !== 0) grown.fill(empty, column.length);
  return grown;
}
