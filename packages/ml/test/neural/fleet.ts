import { seededRandom } from '@novacron/core';

/** Machines whose load swings with the day and leans on the hours before. */
export function fleet(machines: number, hours: number, seed = 1): number[][] {
  const random = seededRandom(seed);
  return Array.from({ length: machines }, (_, machine) => {
    let drift = 0;
    return Array.from({ length: hours }, (_, hour) => {
      drift = 0.85 * drift + (random() - 0.5);
      return (machine + 1) * (10 + 4 * Math.sin((2 * Math.PI * hour) / 12) + 2 * drift);
    });
  });
}
