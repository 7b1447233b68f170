/** Pairs of sine and cosine for one season. */
export interface FourierTerm {
  /** Steps in the season, from 2. */
  readonly seasonLength: number;
  /** How many pairs: waves of 1, 2, ... a season, up to half of its steps. */
  readonly harmonics: number;
}

/** The sine and the cosine of every harmonic as columns; the last cosine of an even season has no sine beside it. */
export function fourierColumns(terms: readonly FourierTerm[], length: number, from: number): Float64Array[] {
  return terms.flatMap(({ seasonLength, harmonics }) =>
    Array.from({ length: harmonics }, (_, k) => {
      const wave = (turn: (angle: number) => number): Float64Array => {
        const values = new Float64Array(length);
        for (let i = 0; i < length; i++) values[i] = turn(harmonicAngle(k + 1, from + i, seasonLength));
        return values;
      };
      return 2 * (k + 1) === seasonLength ? [wave(Math.cos)] : [wave(Math.sin), wave(Math.cos)];
    }).flat(),
  );
}

/** The angle of a harmonic at a step; whole turns are taken away first, so that a million steps cost no digit. */
export function harmonicAngle(harmonic: number, step: number, seasonLength: number): number {
  return (2 * Math.PI * ((harmonic * step) % seasonLength)) / seasonLength;
}

/** How each column is called: `sin1_288`, `cos1_288`. */
export function fourierNames(terms: readonly FourierTerm[]): string[] {
  return terms.flatMap(({ seasonLength, harmonics }) =>
    Array.from({ length: harmonics }, (_, k) => {
      const both = [`sin${k + 1}_${seasonLength}`, `cos${k + 1}_${seasonLength}`];
      return 2 * (k + 1) === seasonLength ? both.slice(1) : both;
    }).flat(),
  );
}
