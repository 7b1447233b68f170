import type { Environment } from '../../src/config/environment.ts';
import type { Target } from '../../src/config/resolve-target.ts';
import { parseUri } from '../../src/uri/parse-uri.ts';

/** A URI's target where no configuration says anything. */
export function target(uri: string, rest: Partial<Target> = {}): Target {
  const parsed = parseUri(uri);
  return {
    ...parsed,
    proxy: parsed.parameters['proxy'] as Target['proxy'],
    tlsPriority: parsed.parameters['tls_priority'],
    ...rest,
  };
}

/** Somebody's environment, in which nothing is set. */
export function environment(rest: Partial<Environment> = {}): Environment {
  return { userId: 1000, homeDirectory: '/home/ada', variables: {}, ...rest };
}
