import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = await mkdtemp(join(root, 'packages/ml/test/testing/broken-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the suites over models that break the contract and returns the names of the tests that failed. */
async function failuresOf(source: string): Promise<string[]> {
  await writeFile(join(folder, 'broken.test.ts'), source);
  const report = join(folder, 'report.json');
  const run = promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--reporter=json',
      `--outputFile=${report}`,
      join(folder, 'broken.test.ts'),
    ],
    { cwd: root, maxBuffer: 1e8 },
  );
  await run.catch(() => undefined); // it fails on purpose
  const { testResults } = JSON.parse(await readFile(report, 'utf8')) as {
    testResults: { assertionResults: { title: string; status: string }[] }[];
  };
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ title }) => title),
  );
}

describe('the conformance suites', () => {
  it('catch a forecaster and a detector that break the contract', { timeout: 60_000 }, async () => {
    const failures = await failuresOf(`
      import { detectorFromJSON, fittedFromJSON, naive, robustZScore } from '@novacron/ml';
      import { describeDetector, describeForecaster } from '@novacron/ml/testing';
      const wrap = (fitted, changes) => new Proxy(fitted, {
        get: (target, key) => key in changes ? changes[key] : typeof target[key] === 'function' ? target[key].bind(target) : target[key],
      });
      describeForecaster('broken', () => ({
        name: 'broken',
        fit(values) {
          const fitted = naive().fit(Array.from(values, (value) => (Number.isFinite(value) ? value : 0)));
          return wrap(fitted, { update() {}, forecast: (horizon) => fitted.forecast(Math.min(100, Math.max(1, Math.floor(horizon) || 1))) });
        },
      }), { fromJSON: fittedFromJSON });
      describeDetector('blind', () => ({
        name: 'blind',
        fit: (values) => wrap(robustZScore().fit(values), { detect: () => [], anomalies: [] }),
      }), { fromJSON: detectorFromJSON });
    `);
    expect(failures).toEqual(
      expect.arrayContaining([
        'refuses a horizon of 0',
        'refuses a level of 95',
        'refuses Infinity as a value',
        'moves on by an update, in any portions, and leaves a clone behind',
        'stops when its time is up or its signal has fired',
        'finds a gross outlier in what follows and says what it expected',
        'finds a gross outlier in the series that it learned from',
        'detects what an update would report, and forgets it again',
      ]),
    );
  });
});
