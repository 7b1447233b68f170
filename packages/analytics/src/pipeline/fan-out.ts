import { toStage, type Stage, type StageLike } from './stage.ts';

/** What each of the stages of a {@link fanOut} gives, by its name. */
export type FanOutResult<Stages> = {
  readonly [Name in keyof Stages]: Stages[Name] extends StageLike<never, infer Out> ? Out : never;
};

/**
 * A stage that gives its input to several stages at once and gathers what they give by name. When one fails, the stage
 * fails.
 *
 * @param stages - By the names that the results get.
 *
 * @example
 * ```ts
 * import { fanOut, pipeline } from '@novacron/analytics';
 *
 * const { value } = await pipeline('both', (n: number) => n)
 *   .pipe(fanOut({ half: (n: number) => n / 2, text: (n: number) => String(n) }))
 *   .run(8);
 * value // => { half: 4, text: '8' }
 * ```
 */
export function fanOut<In, const Stages extends Readonly<Record<string, StageLike<In, unknown>>>>(
  stages: Stages & Readonly<Record<string, StageLike<In, unknown>>>,
): Stage<In, FanOutResult<Stages>> {
  const named = Object.entries(stages);
  return {
    name: `fan out to ${named.map(([name]) => name).join(', ')}`,
    async run(input, context): Promise<FanOutResult<Stages>> {
      const results = await Promise.all(
        named.map(async ([name, stage], index) => [name, await toStage(stage, index).run(input, context)] as const),
      );
      return Object.fromEntries(results) as FanOutResult<Stages>;
    },
  };
}
