import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

/** Runs code in a fresh process and gives the addresses of all modules that it loaded, ESM and CommonJS. */
function loadedModules(code: string): string[] {
  const counted = `
    const { registerHooks } = await import('node:module');
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    ${code}
    console.log(JSON.stringify(loaded));`;
  const options = [
    '--conditions=@novacron/source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    counted,
  ];
  return JSON.parse(
    execFileSync(process.execPath, options, { encoding: 'utf8', cwd: import.meta.dirname }),
  ) as string[];
}

const ofSdk = (url: string): boolean => url.includes('/@aws-sdk/');

describe('the package', () => {
  it('loads no SDK until a driver is made', () => {
    const loaded = loadedModules("await import('@novacron/providers'); await import('@novacron/providers/aws');");
    expect(loaded.filter((url) => url.endsWith('/providers/src/aws/index.ts'))).toHaveLength(1);
    expect(loaded.filter(ofSdk)).toEqual([]);
    const made = loadedModules(
      "const { createAwsHypervisor } = await import('@novacron/providers/aws'); await createAwsHypervisor({ region: 'x' });",
    );
    expect(made.filter(ofSdk)).not.toEqual([]);
  });

  it('would notice the SDK, whichever of its builds is loaded', () => {
    const esm = loadedModules("await import('data:text/javascript,export default 1#/@aws-sdk/');");
    expect(esm.filter(ofSdk)).toHaveLength(1);
    const commonJs = loadedModules(
      "const { createRequire } = await import('node:module'); createRequire(process.cwd() + '/x.js')('@aws-sdk/client-ec2');",
    );
    expect(commonJs.filter(ofSdk)).not.toEqual([]);
  });
});
