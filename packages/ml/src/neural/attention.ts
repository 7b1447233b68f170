import type { Tape, Tensor } from './tensor.ts';

/**
 * Scaled dot-product attention of several heads (Vaswani et al. 2017), each window by itself: every token looks at all
 * tokens of its window.
 *
 * @param tokens - Tokens of a window; rows are windows times tokens.
 * @param heads - Into how many parts the columns are split.
 */
export function attention(
  tape: Tape,
  query: Tensor,
  key: Tensor,
  value: Tensor,
  tokens: number,
  heads: number,
): Tensor {
  const { rows, columns } = query;
  const windows = rows / tokens;
  const width = columns / heads;
  const scale = 1 / Math.sqrt(width);
  const y = tape.tensor(rows, columns);
  const weights = tape.allocate(windows * heads * tokens * tokens);
  const dot = (a: Tensor['data'], at: number, b: Tensor['data'], bt: number): number => {
    let total = 0;
    for (let j = 0; j < width; j++) total += (a[at + j] as number) * (b[bt + j] as number);
    return total;
  };
  /** Calls with where a token's part of a row begins, and where its weights do. */
  const eachToken = (visit: (token: number, first: number, weight: number) => void): void => {
    for (let window = 0; window < windows; window++) {
      for (let head = 0; head < heads; head++) {
        const first = window * tokens * columns + head * width;
        for (let i = 0; i < tokens; i++) {
          visit(first + i * columns, first, ((window * heads + head) * tokens + i) * tokens);
        }
      }
    }
  };
  eachToken((token, first, weight) => {
    let highest = -Infinity;
    for (let j = 0; j < tokens; j++) {
      const score = dot(query.data, token, key.data, first + j * columns) * scale;
      weights[weight + j] = score;
      highest = Math.max(highest, score);
    }
    let total = 0;
    for (let j = 0; j < tokens; j++) {
      total += weights[weight + j] = Math.exp((weights[weight + j] as number) - highest);
    }
    for (let j = 0; j < tokens; j++) {
      const share = (weights[weight + j] as number) / total;
      weights[weight + j] = share;
      const other = first + j * columns;
      for (let c = 0; c < width; c++) (y.data[token + c] as number) += share * (value.data[other + c] as number);
    }
  });
  tape.record(() => {
    const byShare = tape.allocate(tokens);
    eachToken((token, first, weight) => {
      let mean = 0;
      for (let j = 0; j < tokens; j++) {
        const other = first + j * columns;
        const share = weights[weight + j] as number;
        const gradient = dot(y.gradient, token, value.data, other);
        byShare[j] = gradient;
        mean += share * gradient;
        for (let c = 0; c < width; c++) {
          (value.gradient[other + c] as number) += share * (y.gradient[token + c] as number);
        }
      }
      for (let j = 0; j < tokens; j++) {
        const other = first + j * columns;
        const gradient = (weights[weight + j] as number) * ((byShare[j] as number) - mean) * scale;
        for (let c = 0; c < width; c++) {
          (query.gradient[token + c] as number) += gradient * (key.data[other + c] as number);
          (key.gradient[other + c] as number) += gradient * (query.data[token + c] as number);
        }
      }
    });
  });
  return y;
}
