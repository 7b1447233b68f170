/**
 * Asks this project's PromQL engine and a real Prometheus, on the same data, some hundred queries of the shapes of the
 * public compliance list, and compares the answers to 1e-9. Needs `npm run lab -- up prometheus`.
 */
import { prometheus } from '../../lab/prometheus.ts';
import { serverUrl } from '../../lab/server.ts';
import { knownDifference } from '../../packages/monitoring/test/promql/conformance/compare.ts';
import { conformanceQueries } from '../../packages/monitoring/test/promql/conformance/queries.ts';
import { runConformance } from '../../packages/monitoring/test/promql/conformance/run-conformance.ts';

const url = process.env['NOVACRON_LAB_PROMETHEUS'] ?? serverUrl(prometheus);
const suite = 'promql';

if (url === undefined) {
  const skipped = conformanceQueries().length;
  const reason = 'no Prometheus runs: npm run lab -- up prometheus';
  console.log(JSON.stringify({ suite, passed: 0, failed: 0, skipped, failures: [], reason }));
} else {
  const comparisons = await runConformance(url);
  const failures = comparisons.filter(({ problem }) => problem !== undefined);
  const passed = comparisons.length - failures.length;
  const differences = [...new Set(comparisons.flatMap(({ query }) => knownDifference(query) ?? []))];
  console.log(JSON.stringify({ suite, passed, failed: failures.length, skipped: 0, failures, differences }));
  if (failures.length > 0) process.exitCode = 1;
}
