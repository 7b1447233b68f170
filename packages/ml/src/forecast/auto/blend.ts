/**
 * Mixes forecasts: their weighted mean, or, robustly, half way between that and their weighted median.
 *
 * @param paths - One a method, equally long; at least one.
 * @param weights - One a method, of sum 1.
 */
export function blend(paths: readonly Float64Array[], weights: readonly number[], robust: boolean): Float64Array {
  const mixed = new Float64Array(paths[0]?.length ?? 0);
  for (const [p, path] of paths.entries()) {
    const weight = weights[p] as number;
    if (weight === 0) continue;
    for (let step = 0; step < mixed.length; step++) {
      mixed[step] = (mixed[step] as number) + weight * (path[step] as number);
    }
  }
  if (!robust) return mixed;
  const order = Array.from(paths.keys());
  const values = new Float64Array(paths.length);
  for (let step = 0; step < mixed.length; step++) {
    for (const [p, path] of paths.entries()) values[p] = path[step] as number;
    sortBy(order, values);
    let sum = 0;
    for (const p of order) {
      sum += weights[p] as number;
      if (sum < 0.5) continue;
      mixed[step] = ((mixed[step] as number) + (values[p] as number)) / 2;
      break;
    }
  }
  return mixed;
}

/** From one step to the next the order hardly changes, which insertion likes. */
function sortBy(order: number[], values: Float64Array): void {
  for (let i = 1; i < order.length; i++) {
    const moved = order[i] as number;
    const value = values[moved] as number;
    let place = i;
    while (place > 0 && (values[order[place - 1] as number] as number) > value) {
      order[place] = order[place - 1] as number;
      place--;
    }
    order[place] = moved;
  }
}
