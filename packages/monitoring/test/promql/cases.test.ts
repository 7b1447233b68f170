import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { scriptCases } from './script.ts';

const folder = join(import.meta.dirname, 'cases');

describe.each(readdirSync(folder))('%s', (file) => {
  for (const { name, run } of scriptCases(join(folder, file))) it(name, run);
});
