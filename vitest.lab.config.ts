import { defineConfig } from 'vitest/config';

const conditions = ['@novacron/source'];

/** The suites that need the lab's real peers; `npm run test:lab` runs them. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.lab.test.ts', 'examples/**/*.lab.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
