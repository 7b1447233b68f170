import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { labWays } from '../support/lab.ts';

const { gateSocket } = labWays();
const users = { daemon: 1, nobody: 65_534 };

/** The sources where every user may read them. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
  cpSync(join(import.meta.dirname, '../../src'), folder, { recursive: true });
  cpSync(process.execPath, join(folder, 'node'));
  execFileSync('chmod', ['-R', 'a+rX', folder]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Connects as another user; what came of it. */
async function connectAs(user: keyof typeof users, readOnly: boolean): Promise<unknown> {
  const uri = `test+unix:///default?socket=${gateSocket}${readOnly ? '-ro' : ''}`;
  const code = `import { connect } from ${JSON.stringify(join(folder, 'index.ts'))};
    try {
      const connection = await connect(${JSON.stringify(uri)}, { readOnly: ${readOnly} });
      console.log(JSON.stringify({ hostname: await connection.getHostname() }));
      await connection.close();
    } catch (error) {
      console.log(JSON.stringify(error));
    }`;
  const child = spawn(
    join(folder, 'node'),
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code],
    {
      uid: users[user],
      gid: users[user],
      cwd: '/',
      env: { HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output);
}

describe('polkit', () => {
  it('lets in whom its rules let in', async () => {
    expect(await connectAs('daemon', false)).toEqual({ hostname: expect.any(String) as string });
  });

  it('refuses others, who are told what to do', async () => {
    expect(await connectAs('nobody', false)).toMatchObject({
      code: 'LIBVIRT_AUTH_FAILED',
      kind: 'permission',
      retryable: false,
      procedure: 'authPolkit',
      message: expect.stringContaining('polkit refuses this user') as string,
    });
  });

  it('is not asked about those who only read, nor about root', async () => {
    expect(await connectAs('nobody', true)).toEqual({ hostname: expect.any(String) as string });
    const connection = await connect(`test+unix:///default?socket=${gateSocket}`);
    await connection.close();
  });
});
