import { connect } from 'node-libvirt';
import { expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';
import { guestXml, remove } from '../../packages/node-libvirt/test/support/guest.ts';
import { labUri, testDriverUri, uniqueName } from '../../packages/node-libvirt/test/support/lab.ts';

it('lists what two hosts have, and says which third one does not answer', async () => {
  const connection = await connect(labUri);
  const domain = await connection.createDomainXML(guestXml(uniqueName('listed')));
  try {
    const hosts = [labUri, testDriverUri(), 'qemu+unix:///system?socket=/nowhere'];
    const run = startExample('libvirt-list', ...hosts.flatMap((uri) => ['--connect', uri]));
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(/: QEMU, libvirt \d+\.\d+\.\d+, \d+ CPUs/);
    const line = run.output.split('\n').find((text) => text.startsWith(domain.name));
    expect(line).toMatch(/ running +1 +\d+\.\d s +32 MiB +\d+ [KMG]iB/);
    expect(run.output).toMatch(/^POOL +STATE[^]*^lab +running/m);
    expect(run.output).toMatch(/^NETWORK +STATE[^]*^lab +active/m);
    expect(run.output).toMatch(/: TEST, libvirt[^]*^default-pool/m);
    expect(run.output).toMatch(/socket=\/nowhere: no libvirt daemon listens here/);
  } finally {
    await remove(domain);
    await connection.close();
  }
});
