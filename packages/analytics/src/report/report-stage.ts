import type { Stage, StageContext } from '../pipeline/stage.ts';
import type { Report } from './model.ts';
import { renderReport, type RenderOptions } from './render-report.ts';

/**
 * A last stage that renders a report: see {@link renderReport}.
 *
 * @param compose - Makes the report from what came before.
 * @param options - Where the chart libraries come from.
 *
 * @example
 * ```ts
 * import { pipeline } from '@novacron/analytics';
 * import { reportStage } from '@novacron/analytics/report';
 *
 * const { value: page } = await pipeline('daily', () => ({ machines: 12 }))
 *   .pipe(
 *     reportStage(({ machines }, { startTimeMs }) => ({
 *       title: 'Fleet',
 *       generatedAtMs: startTimeMs,
 *       sections: [{ kind: 'cards', cards: [{ label: 'Machines', value: machines }] }],
 *     })),
 *   )
 *   .run();
 * page.includes('<strong>12</strong>') // => true
 * ```
 */
export function reportStage<In>(
  compose: (input: In, context: StageContext) => Report | Promise<Report>,
  options: Pick<RenderOptions, 'libraries'> = {},
): Stage<In, string> {
  return {
    name: 'report',
    run: async (input, context) => renderReport(await compose(input, context), { ...options, signal: context.signal }),
  };
}
