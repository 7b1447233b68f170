import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Runs code in a fresh process and gives the modules of the SDK that it loaded. */
function sdkModules(code: string): string {
  const counted = `${code}
    const { createRequire } = await import('node:module');
    console.log(Object.keys(createRequire(import.meta.url).cache ?? {}).filter((path) => path.includes('@aws-sdk')).length);`;
  const options = [
    '--conditions=@novacron/source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    counted,
  ];
  return execFileSync(process.execPath, options, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
}

describe('the package', () => {
  it('loads no SDK until a driver is made', () => {
    expect(sdkModules("await import('@novacron/providers'); await import('@novacron/providers/aws');")).toBe('0');
    const made =
      "const { createAwsHypervisor } = await import('@novacron/providers/aws'); await createAwsHypervisor({ region: 'x' });";
    expect(Number(sdkModules(made))).toBeGreaterThan(0);
  });
});
