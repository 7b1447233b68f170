import { connect } from 'node-libvirt';
import { expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';
import { guestXml, remove } from '../../packages/node-libvirt/test/support/guest.ts';
import { labUri, uniqueName } from '../../packages/node-libvirt/test/support/lab.ts';

it('prints what happens to domains, pools and secrets, and what QEMU says', async () => {
  const run = startExample('libvirt-events', '--connect', labUri, '--qemu');
  await run.printed(/Watching/);
  const connection = await connect(labUri);
  // The example's registrations go out before it prints that line, but their answers come later.
  await expect
    .poll(
      async () => {
        await (await connection.lookupStoragePoolByName('lab')).refresh();
        return run.output;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toMatch(/pool +refresh +lab/);
  const domain = await connection.createDomainXML(guestXml(uniqueName('watched')));
  await remove(domain);
  const secret = await connection.defineSecretXML("<secret ephemeral='no' private='no'/>");
  await secret.undefine();
  await connection.close();
  await run.printed(new RegExp(`domain +lifecycle +${domain.name} +event=started`));
  await run.printed(new RegExp(`qemu +qemu-monitor +${domain.name} +event=SHUTDOWN`));
  await run.printed(new RegExp(`secret +lifecycle +${secret.uuid} +event=undefined`));
  run.child.kill('SIGINT');
  expect(await run.ended, run.output).toBe(0);
});
