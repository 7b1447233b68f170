import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('the main entry', () => {
  it('touches no node: module, so that it runs in a browser', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve(specifier, context, next) {
        if (context.parentURL?.includes('/packages/') && specifier.startsWith('node:')) throw new Error(specifier);
        return next(specifier, context);
      } });
      const { naive } = await import('@novacron/ml');
      console.log(naive().fit([1, 2]).forecast(1).mean[0]);`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@novacron/source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    expect(stdout.trim()).toBe('2');
  });
});
