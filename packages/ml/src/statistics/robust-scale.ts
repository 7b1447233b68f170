import type { SortedWindow } from './sorted-window.ts';

/** Makes the median absolute deviation of normal values their standard deviation. */
const normalMedian = 1.4826;
/** The same for the mean absolute deviation: the root of pi / 2. */
const normalMean = 1.2533141373155003;
const smallestNormal = 2 ** -1022;

/**
 * The spread of a window around its median, in the manner of a standard deviation but blind to outliers: 1.4826 times
 * the median absolute deviation, or, where more than half of the values are equal, 1.2533 times the mean absolute
 * deviation (Iglewicz and Hoaglin 1993). Never below the precision of the numbers, so that it can divide.
 */
export function robustScale(window: SortedWindow): number {
  const median = window.median();
  const scale = normalMedian * window.medianDistance(median) || normalMean * window.meanDistance(median);
  return Math.max(scale, Math.abs(median) * Number.EPSILON, smallestNormal);
}
