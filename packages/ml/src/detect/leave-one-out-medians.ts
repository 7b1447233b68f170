/**
 * For each value the median of the other observed values of the same step of the season; NaN where there is none.
 * Each group is sorted once, and the median without a member is read off beside the middle.
 */
export function leaveOneOutMedians(series: Float64Array, seasonLength: number): Float64Array {
  const medians = new Float64Array(series.length).fill(NaN);
  for (let phase = 0; phase < Math.min(seasonLength, series.length); phase++) {
    const members: number[] = [];
    for (let i = phase; i < series.length; i += seasonLength) if (!Number.isNaN(series[i])) members.push(i);
    members.sort((a, b) => (series[a] as number) - (series[b] as number));
    const others = members.length - 1;
    if (others < 1) continue;
    const middle = others >>> 1;
    for (let rank = 0; rank <= others; rank++) {
      const without = (place: number): number => series[members[place < rank ? place : place + 1] as number] as number;
      const upper = without(middle);
      medians[members[rank] as number] = others % 2 === 1 ? upper : (without(middle - 1) + upper) / 2;
    }
  }
  return medians;
}
