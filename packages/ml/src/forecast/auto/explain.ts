import type { AutoValidation } from './auto-validation.ts';
import type { AutoMember } from './combine.ts';

const smallestShown = 0.05;

/** Says in a few sentences how a forecast was made. */
export function explain(members: readonly AutoMember[], validation: AutoValidation, seasonLength: number): string {
  const told = story(members, validation, seasonLength);
  if (!validation.cutShort) return told;
  return `${told} The time was up before all methods had been tried.`;
}

function story(members: readonly AutoMember[], validation: AutoValidation, seasonLength: number): string {
  const season = seasonLength > 1 ? `a season of ${seasonLength} steps` : 'no season';
  const heavy = members.filter(({ weight }) => weight >= smallestShown);
  const parts = heavy.map(({ name, weight }) => `${name} ${Math.round(weight * 100)} %`).join(', ');
  const { origins, horizon, error, benchmarkError, gated } = validation;
  if (origins === 0) return `With ${season} and too few values to validate: ${parts}, in equal parts.`;
  const benchmark = seasonLength > 1 ? 'the seasonal naive method' : 'the naive method';
  const tested = `Tested on the last values from ${origins} origins, ${horizon} steps each`;
  if (gated)
    return `With ${season}. ${tested}, nothing beat ${benchmark} (mean absolute error ${number(error)}), so it is used alone.`;
  return (
    `With ${season}: ${parts}. ${tested}, the combination had a mean absolute error of ${number(error)}, ` +
    `${benchmark} ${number(benchmarkError)}.`
  );
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
