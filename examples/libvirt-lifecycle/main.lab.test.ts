import { connect, LibvirtError } from 'node-libvirt';
import { describe, expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';
import { labGuest, labUri, uniqueName } from '../../packages/node-libvirt/test/support/lab.ts';

async function isGone(name: string): Promise<boolean> {
  const connection = await connect(labUri);
  try {
    await connection.lookupDomainByName(name);
    return false;
  } catch (error) {
    return LibvirtError.isInstance(error) && error.kind === 'not-found';
  } finally {
    await connection.close();
  }
}

describe('examples/libvirt-lifecycle', () => {
  it('takes a Linux guest through its life', { timeout: 120_000 }, async () => {
    const name = uniqueName('life');
    const run = startExample('libvirt-lifecycle', '--connect', labUri, '--guest', labGuest, '--name', name);
    expect(await run.ended, run.output).toBe(0);
    expect(run.output).toMatch(/defined[^]*started: running[^]*guest agent is there: tiny[^]*shut down[^]*undefined/);
    expect(await isGone(name)).toBe(true);
  });

  it('removes the guest when it is interrupted', async () => {
    const name = uniqueName('life');
    const run = startExample('libvirt-lifecycle', '--connect', labUri, '--guest', labGuest, '--name', name);
    await run.printed(/started: running/);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(1);
    expect(run.output).toContain('Stopped.');
    expect(await isGone(name)).toBe(true);
  });
});
