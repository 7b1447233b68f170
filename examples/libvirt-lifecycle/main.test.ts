import { procedures } from 'node-libvirt';
import { FakeDaemon, Failure, silence } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';

const dom = { name: 'demo', uuid: '00000000-0000-4000-8000-000000000001', id: -1 };
const capabilities = `<capabilities><host><cpu><arch>x86_64</arch></cpu></host>
  <guest><os_type>hvm</os_type><arch name='x86_64'><wordsize>64</wordsize><domain type='qemu'/><domain type='kvm'/></arch></guest>
</capabilities>`;

let daemon: FakeDaemon;
let defined: string;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon
    .on(procedures.connectGetCapabilities, () => ({ capabilities }))
    .on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 1 }))
    .on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined)
    .on(procedures.domainDefineXmlFlags, ({ args }) => {
      defined = args.xml;
      return { dom };
    })
    .on(procedures.domainDestroyFlags, () => new Failure({ code: 55, message: 'domain is not running' }))
    .on(procedures.domainUndefineFlags, () => undefined);
});
afterEach(() => daemon.stop());

const calls = (): readonly string[] => daemon.peers.flatMap((peer) => peer.calls);

describe('examples/libvirt-lifecycle', () => {
  it('takes KVM where the host has it, and removes what it defined when it does not start', async () => {
    daemon.on(procedures.domainCreateWithFlags, () => new Failure({ code: 1, message: 'no room for it' }));
    const run = startExample('libvirt-lifecycle', '--connect', daemon.uri(), '--name', 'a & b', '--memory-mib', '64');
    expect(await run.ended).toBe(1);
    expect(defined).toMatch(/<domain type=['"]kvm['"]/);
    expect(defined).toContain('<name>a &amp; b</name>');
    expect(defined).toMatch(/<memory unit=['"]MiB['"]>64</);
    expect(run.output).toContain('no room for it');
    expect(calls()).toContain('domainUndefineFlags');
  });

  it('removes it too when it is interrupted', async () => {
    daemon.on(procedures.domainCreateWithFlags, () => silence);
    const run = startExample('libvirt-lifecycle', '--connect', daemon.uri());
    await expect.poll(() => calls().includes('domainCreateWithFlags'), { timeout: 10_000 }).toBe(true);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(1);
    expect(run.output).toContain('Stopped.');
    expect(calls()).toContain('domainUndefineFlags');
  });

  it('touches nothing of a name that is taken', async () => {
    daemon.on(
      procedures.domainDefineXmlFlags,
      () => new Failure({ code: 9, message: "operation failed: domain 'demo' already exists with uuid 1" }),
    );
    const run = startExample('libvirt-lifecycle', '--connect', daemon.uri(), '--name', 'demo');
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(/already exists.*--name/);
    expect(calls()).not.toContain('domainUndefineFlags');
  });
});
