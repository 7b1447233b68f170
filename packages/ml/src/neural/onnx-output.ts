import { invalid } from '../error.ts';

/** What a session gave for an output: the numbers, and the form that they have where it says so. */
export interface OnnxOutput {
  readonly data: unknown;
  readonly dims?: unknown;
}

/**
 * The numbers of an output, row by row, a row a window. Dimensions of 1 may stand anywhere in its form.
 *
 * @param name - That of the output.
 * @throws {MlError} NOVA_ML_INVALID when it is not there, is not of this form, or has something that is no finite number;
 * `details` say what was expected and found.
 */
export function checkedOutput(
  output: OnnxOutput | undefined,
  name: string,
  rows: number,
  columns: number,
): ArrayLike<number> {
  const expected = [rows, columns];
  if (output === undefined) {
    throw invalid(`The session gave no output ${name}, which its outputNames begin with`, { output: name, expected });
  }
  const { data, dims } = output;
  if (!isFloats(data)) {
    const found = typeOf(data);
    throw invalid(`The output ${name} must hold float32 or float64 numbers, not ${found}`, { output: name, found });
  }
  const found: readonly unknown[] = Array.isArray(dims) ? dims : [data.length];
  const isFlat = !Array.isArray(dims) || rows === 1;
  if (data.length !== rows * columns || !(isFlat || sameForm(found, expected))) {
    throw invalid(
      `The output ${name} must have the form [${expected.join(', ')}], a row a window and a number a step, ` +
        `not [${found.join(', ')}]: compare outputLength with the model`,
      { output: name, expected, found },
    );
  }
  for (let place = 0; place < data.length; place++) {
    if (Number.isFinite(data[place])) continue;
    throw invalid(`The output ${name} has ${data[place]}, which is no finite number`, { output: name, place });
  }
  return data;
}

/** Arrays of another realm, as test runners have them, are known by their names only. */
function isFloats(data: unknown): data is Float32Array | Float64Array {
  return ArrayBuffer.isView(data) && ['Float32Array', 'Float64Array'].includes(typeOf(data));
}

function typeOf(data: unknown): string {
  return Object.prototype.toString.call(data).slice('[object '.length, -1);
}

function sameForm(found: readonly unknown[], expected: readonly number[]): boolean {
  const wide = (dims: readonly unknown[]): string => dims.filter((size) => Number(size) !== 1).join();
  return wide(found) === wide(expected);
}
