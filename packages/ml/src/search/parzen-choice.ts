/** Places in the lists of choices, one for each option, and how they did. */
export interface JudgedPlaces {
  /** Which choice of each option. */
  readonly places: readonly number[];
  /** Their error; lower is better. */
  readonly error: number;
}

/** Part of the trials that counts as good, and how many candidates are drawn from what they have in common. */
const goodShare = 0.25;
const candidates = 24;
/** How much a trial says about the choices next to its own, where choices are numbers in order. */
const neighbourWeight = 0.5;

/**
 * What to try next, by the tree of Parzen estimators (Bergstra et al. 2011): draws candidates that look like the good
 * trials, and takes the one that looks least like the rest.
 *
 * @param ordered - For each option, whether its choices are numbers in order.
 * @param sizes - How many choices each option has.
 * @returns nothing when every candidate has been tried.
 */
export function parzenChoice(
  tried: readonly JudgedPlaces[],
  sizes: readonly number[],
  ordered: readonly boolean[],
  random: () => number,
): readonly number[] | undefined {
  const ranked = tried.toSorted((a, b) => (a.error === b.error ? 0 : a.error - b.error));
  const count = Math.max(1, Math.ceil(goodShare * ranked.length));
  const densities = (trials: readonly JudgedPlaces[]): Float64Array[] =>
    sizes.map((size, option) => densityOf(trials, option, size, ordered[option] === true));
  const good = densities(ranked.slice(0, count));
  const rest = densities(ranked.slice(count));
  const known = new Set(tried.map(({ places }) => places.join()));
  let best: { readonly places: readonly number[]; readonly score: number } | undefined;
  for (let i = 0; i < candidates; i++) {
    const places = good.map((density) => drawn(density, random));
    if (known.has(places.join())) continue;
    const score = places.reduce((sum, place, option) => {
      return sum + Math.log(good[option]?.[place] as number) - Math.log(rest[option]?.[place] as number);
    }, 0);
    if (best === undefined || score > best.score) best = { places, score };
  }
  return best?.places;
}

/** How often each choice was taken, smoothed, so that none is impossible. */
function densityOf(trials: readonly JudgedPlaces[], option: number, size: number, ordered: boolean): Float64Array {
  const density = new Float64Array(size).fill(1 / size);
  const add = (place: number, weight: number): void => {
    if (place >= 0 && place < size) density[place] = (density[place] as number) + weight;
  };
  for (const { places } of trials) {
    const place = places[option] as number;
    add(place, 1);
    if (!ordered) continue;
    add(place - 1, neighbourWeight);
    add(place + 1, neighbourWeight);
  }
  const sum = density.reduce((total, weight) => total + weight, 0);
  return density.map((weight) => weight / sum);
}

function drawn(density: Float64Array, random: () => number): number {
  let left = random();
  for (let place = 0; place < density.length; place++) {
    left -= density[place] as number;
    if (left < 0) return place;
  }
  return density.length - 1;
}
