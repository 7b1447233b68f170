/** Bytes of Protocol Buffers: a field's number and what it holds. */
type Field = readonly [field: number, value: number | string | Uint8Array];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return [...bytes, rest];
}

function message(...fields: readonly Field[]): Uint8Array {
  return Uint8Array.from(
    fields.flatMap(([field, value]) => {
      if (typeof value === 'number') return [...varint(field * 8), ...varint(value)];
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
    }),
  );
}

const float = 1;

function matrix(name: string, rows: number, columns: number, values: readonly number[]): Uint8Array {
  const raw = new Uint8Array(Float32Array.from(values).buffer);
  return message([1, rows], [1, columns], [2, float], [8, name], [9, raw]);
}

function value(name: string, columns: number, batch: number | undefined): Uint8Array {
  const rows = message(batch === undefined ? [2, 'windows'] : [1, batch]);
  const shape = message([1, rows], [1, message([1, columns])]);
  return message([1, name], [2, message([1, message([1, float], [2, shape])])]);
}

/**
 * A model in the format of ONNX that multiplies windows by a matrix (https://onnx.ai/onnx/repo-docs/IR.html).
 *
 * @param weights - `inputLength` rows of `outputLength` numbers.
 * @param batch - How many windows it takes at once. @default any number
 */
export function linearModel(
  inputLength: number,
  outputLength: number,
  weights: readonly number[],
  batch?: number,
): Uint8Array {
  const node = message([1, 'windows_in'], [1, 'weights'], [2, 'forecast'], [3, 'product'], [4, 'MatMul']);
  const graph = message(
    [1, node],
    [2, 'linear'],
    [5, matrix('weights', inputLength, outputLength, weights)],
    [11, value('windows_in', inputLength, batch)],
    [12, value('forecast', outputLength, batch)],
  );
  return message([1, 8], [2, 'novacron'], [7, graph], [8, message([1, ''], [2, 13])]);
}
