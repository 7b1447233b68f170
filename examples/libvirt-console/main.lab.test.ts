import { connect, type Connection, type Domain } from 'node-libvirt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleRun, startExample, startInTerminal } from '../../packages/node-libvirt/test/docs/run-example.ts';
import { guestXml, remove } from '../../packages/node-libvirt/test/support/guest.ts';
import { labUri, uniqueName } from '../../packages/node-libvirt/test/support/lab.ts';

let connection: Connection;
let domain: Domain;

beforeAll(async () => {
  connection = await connect(labUri);
  domain = await connection.createDomainXML(guestXml(uniqueName('console'), { kernel: true }));
});
afterAll(async () => {
  await remove(domain);
  await connection.close();
});

/** Types until the shell, which comes some seconds after the start, has answered. */
async function ask(run: ExampleRun, command: string, answer: RegExp): Promise<void> {
  await expect
    .poll(
      () => {
        run.child.stdin?.write(`${command}\r`);
        return run.output;
      },
      { timeout: 40_000, interval: 1000 },
    )
    .toMatch(answer);
}

describe('examples/libvirt-console', () => {
  it("is a terminal at the guest's shell, and gives the terminal back as it was", { timeout: 60_000 }, async () => {
    const run = startInTerminal('libvirt-console', '--connect', labUri, domain.name);
    await run.printed(/Connected to the console/);
    await ask(run, 'echo answer-$((6*7))', /answer-42/);
    // Ctrl+C is the guest's: it does not end the example.
    run.child.stdin?.write('\u0003');
    await ask(run, 'echo again-$((6*7))', /again-42/);
    run.child.stdin?.write('\u001d');
    await run.ended;
    expect(run.output).toMatch(/Left the console; the guest goes on\.[^]*[^-]icanon[^]*[^-]echo /);
    expect((await domain.getState()).state).toBe('running');
  });

  it('takes it from somebody else only by force', { timeout: 60_000 }, async () => {
    const first = startExample('libvirt-console', '--connect', labUri, domain.name);
    await first.printed(/Connected/);
    const second = startExample('libvirt-console', '--connect', labUri, domain.name);
    expect(await second.ended).toBe(1);
    expect(second.output).toMatch(/--force/);
    const third = startExample('libvirt-console', '--connect', labUri, '--force', domain.name);
    await third.printed(/Connected/);
    third.child.stdin?.write('\u001d');
    expect(await third.ended, third.output).toBe(0);
    first.child.kill();
    await first.ended;
  });
});
