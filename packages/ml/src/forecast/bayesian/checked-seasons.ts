import { invalid } from '../../error.ts';
import { checkedInteger, longestSeason } from '../../values.ts';
import type { BayesianSeason } from './state-blocks.ts';

/** More seasons make a state that is too large. */
export const mostSeasons = 10;
const longestFreeSeason = 200;
const mostHarmonics = 100;

/**
 * @throws {MlError} NOVA_ML_INVALID when there are too many seasons, two are equally long, or one is out of range.
 * @returns the seasons, with nothing else in them.
 */
export function checkedSeasons(seasons: readonly BayesianSeason[]): readonly BayesianSeason[] {
  if (!Array.isArray(seasons) || seasons.length > mostSeasons) {
    throw invalid(`seasons must be a list of up to ${mostSeasons}`, { option: 'seasons' });
  }
  const checked = seasons.map(({ seasonLength, harmonics }: BayesianSeason) => {
    const longest = harmonics === undefined ? longestFreeSeason : longestSeason;
    checkedInteger(seasonLength, 'seasonLength', 2, longest);
    if (harmonics === undefined) return { seasonLength };
    const most = Math.min(mostHarmonics, seasonLength >> 1);
    return { seasonLength, harmonics: checkedInteger(harmonics, 'harmonics', 1, most) };
  });
  if (new Set(checked.map(({ seasonLength }) => seasonLength)).size < checked.length) {
    throw invalid('Seasons must differ in length', { option: 'seasons' });
  }
  return checked;
}
