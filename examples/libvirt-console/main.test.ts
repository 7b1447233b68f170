import { procedures } from 'node-libvirt';
import { FakeDaemon, Failure, type FakeStream } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';

const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

let daemon: FakeDaemon;
let guest: FakeStream;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon
    .on(procedures.domainLookupByName, () => ({ dom }))
    .onStream(procedures.domainOpenConsole, ({ stream }) => {
      guest = stream;
      stream.send(Buffer.from('tiny login: '));
    });
});
afterEach(() => daemon.stop());

describe('examples/libvirt-console', () => {
  it('sends what is typed, prints what comes, and leaves at Ctrl+]', async () => {
    const run = startExample('libvirt-console', '--connect', daemon.uri(), 'web');
    await run.printed(/tiny login: /);
    run.child.stdin?.write('root\n\u0003');
    await expect.poll(() => guest.content.toString(), { timeout: 5000 }).toBe('root\n\u0003');
    run.child.stdin?.write('x\u001dnot sent');
    expect(await run.ended, run.output).toBe(0);
    expect(await guest.ended).toBe('aborted');
    expect(guest.content.toString()).toBe('root\n\u0003x');
  });

  it('ends when the guest does', async () => {
    const run = startExample('libvirt-console', '--connect', daemon.uri(), 'web');
    await run.printed(/tiny login: /);
    guest.end();
    expect(await run.ended, run.output).toBe(0);
    expect(run.output).toContain('The guest has closed its console.');
  });

  it('says how to take a console that somebody else has', async () => {
    const message = 'operation failed: Active console session exists for this domain';
    daemon.on(procedures.domainOpenConsole as never, () => new Failure({ code: 9, message }));
    const run = startExample('libvirt-console', '--connect', daemon.uri(), 'web');
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(/Active console session.*--force/);
  });
});
