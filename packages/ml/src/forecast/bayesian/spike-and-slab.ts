import { choleskyFactor, logDeterminant, solveLower, solveUpper } from '../../optimise/cholesky-factor.ts';
import type { RandomDraws } from '../../statistics/random-draws.ts';

/** What is believed of the noise before the values are seen: an inverse gamma variance. */
export interface VariancePrior {
  /** How many values the belief is worth. */
  readonly degrees: number;
  /** The sum of squares of that many. */
  readonly squares: number;
}

/** How likely coefficients are without having seen the values; the slab is worth one value. */
const slabValues = 1;

/**
 * Regression in which each coefficient is exactly 0 with some probability (George and McCulloch 1997; Scott and Varian
 * 2014): draws which regressors take part, then the variance of the noise, then their coefficients. The slab is half
 * Zellner's g-prior and half its diagonal.
 */
export class SpikeAndSlab {
  /** A coefficient for each regressor; 0 for those that do not take part. */
  readonly coefficients: Float64Array;
  readonly #columns: readonly Float64Array[];
  readonly #gram: Float64Array;
  readonly #inclusion: number;
  readonly #prior: VariancePrior;
  readonly #included: boolean[];

  /**
   * @param columns - Regressors without gaps, centred.
   * @param counted - Which of their rows count.
   * @param inclusion - How likely each is to take part, in (0, 1].
   */
  constructor(columns: readonly Float64Array[], counted: readonly boolean[], inclusion: number, prior: VariancePrior) {
    this.#columns = columns.map((column) => column.filter((_, t) => counted[t]));
    const size = columns.length;
    this.#gram = new Float64Array(size * size);
    for (const [i, a] of this.#columns.entries()) {
      for (const [j, b] of this.#columns.entries()) {
        this.#gram[i * size + j] = a.reduce((sum, value, row) => sum + value * (b[row] as number), 0);
      }
    }
    this.#inclusion = inclusion;
    this.#prior = prior;
    this.coefficients = new Float64Array(size);
    this.#included = columns.map((_, i) => inclusion === 1 && (this.#gram[i * (size + 1)] as number) > 0);
  }

  /**
   * Draws the coefficients anew.
   *
   * @param target - What the regressors are to explain, in the rows that count.
   * @returns a draw of the variance of the noise.
   */
  draw(target: Float64Array, random: RandomDraws): number {
    const products = Float64Array.from(this.#columns, (column) =>
      column.reduce((sum, value, row) => sum + value * (target[row] as number), 0),
    );
    const squares = target.reduce((sum, value) => sum + value * value, 0);
    let current = this.#slab(products, squares, target.length);
    const size = products.length;
    if (this.#inclusion < 1) {
      const odds = Math.log(this.#inclusion / (1 - this.#inclusion));
      for (const i of shuffledPlaces(size, random)) {
        if (!((this.#gram[i * (size + 1)] as number) > 0)) continue;
        this.#flip(i);
        const other = this.#slab(products, squares, target.length);
        const gain = (other?.evidence ?? -Infinity) - (current?.evidence ?? -Infinity) + (this.#isIn(i) ? odds : -odds);
        if (1 / (1 + Math.exp(-gain)) > random.uniform()) current = other;
        else this.#flip(i);
      }
    }
    return this.#drawFrom(current as Slab, target.length, random);
  }

  #isIn(i: number): boolean {
    return this.#included[i] === true;
  }

  #flip(i: number): void {
    this.#included[i] = !this.#isIn(i);
  }

  /** The posterior with the regressors that take part; nothing where they can not be told apart. */
  #slab(products: Float64Array, squares: number, count: number): Slab | undefined {
    const members = this.#included.flatMap((isIn, i) => (isIn ? [i] : []));
    const size = members.length;
    const all = products.length;
    const prior = new Float64Array(size * size);
    const precision = new Float64Array(size * size);
    for (const [i, a] of members.entries()) {
      for (const [j, b] of members.entries()) {
        const gram = this.#gram[a * all + b] as number;
        prior[i * size + j] = ((i === j ? 1 : 0.5) * gram * slabValues) / count;
        precision[i * size + j] = gram + (prior[i * size + j] as number);
      }
    }
    const before = choleskyFactor(prior, size);
    const factor = choleskyFactor(precision, size);
    if (before === undefined || factor === undefined) return undefined;
    const half = solveLower(
      factor,
      Float64Array.from(members, (i) => products[i] as number),
    );
    const explained = half.reduce((sum, value) => sum + value * value, 0);
    const left = this.#prior.squares + Math.max(0, squares - explained);
    const determinants = logDeterminant(before, size) - logDeterminant(factor, size);
    const evidence = 0.5 * determinants - 0.5 * (this.#prior.degrees + count) * Math.log(left);
    return { members, factor, mean: solveUpper(factor, half), squares: left, evidence };
  }

  #drawFrom({ members, factor, mean, squares }: Slab, count: number, random: RandomDraws): number {
    const variance = squares / 2 / random.gamma((this.#prior.degrees + count) / 2);
    const noise = solveUpper(
      factor,
      Float64Array.from(members, () => Math.sqrt(variance) * random.normal()),
    );
    this.coefficients.fill(0);
    for (const [i, place] of members.entries()) this.coefficients[place] = (mean[i] as number) + (noise[i] as number);
    return variance;
  }
}

interface Slab {
  /** Which regressors take part. */
  readonly members: readonly number[];
  /** Cholesky factor of the posterior precision, without the variance of the noise. */
  readonly factor: Float64Array;
  /** Posterior means of their coefficients. */
  readonly mean: Float64Array;
  /** Sum of squares that is left, with that of the prior. */
  readonly squares: number;
  /** Logarithm of the marginal likelihood, up to a constant. */
  readonly evidence: number;
}

function shuffledPlaces(size: number, random: RandomDraws): number[] {
  return Array.from({ length: size }, (_, i) => ({ i, place: random.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ i }) => i);
}
