import { procedures } from 'node-libvirt';
import { FakeDaemon, Failure } from 'node-libvirt/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startExample } from '../../packages/node-libvirt/test/docs/run-example.ts';

const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };

let daemon: FakeDaemon;
let lifecycleId: number;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  let callbackID = 0;
  const register = (): { callbackID: number } => ({ callbackID: ++callbackID });
  daemon
    .on(procedures.connectGetHostname, () => ({ hostname: 'tiny' }))
    .on(procedures.connectGetUri, () => ({ uri: 'qemu:///system' }))
    .on(procedures.connectDomainEventCallbackRegisterAny, ({ args }) => {
      if (args.eventID === 0) lifecycleId = callbackID + 1;
      return register();
    })
    .on(procedures.connectNetworkEventRegisterAny, register)
    .on(procedures.connectStoragePoolEventRegisterAny, register)
    .on(procedures.connectNodeDeviceEventRegisterAny, register)
    .on(procedures.connectSecretEventRegisterAny, () => new Failure({ code: 3, message: 'no secrets here' }))
    .on(procedures.connectListAllDomains, () => ({ domains: [dom], ret: 1 }))
    .on(procedures.connectListAllNetworks, () => ({ nets: [], ret: 0 }))
    .on(procedures.connectListAllStoragePools, () => ({ pools: [], ret: 0 }))
    .on(procedures.connectListAllNodeDevices, () => ({ devices: [], ret: 0 }));
});
afterEach(() => daemon.stop());

function start(event: number, detail: number): void {
  daemon.peers
    .at(-1)
    ?.sendEvent('domainEventCallbackLifecycle', { callbackID: lifecycleId, msg: { dom, event, detail } });
}

describe('examples/libvirt-events', () => {
  it('prints what comes, and goes on when the daemon was away', async () => {
    const run = startExample('libvirt-events', '--connect', daemon.uri());
    await run.printed(/Watching qemu:\/\/\/system on tiny/);
    await run.printed(/family secret here: no secrets here/);
    start(2, 0);
    await run.printed(/domain +lifecycle +web +event=started +detail=booted/);
    await daemon.pause();
    await run.printed(/daemon +state +state=disconnected/);
    await daemon.resume();
    await run.printed(/domain +gap +reason=reconnect +current: web/);
    start(5, 1);
    await run.printed(/domain +lifecycle +web +event=stopped +detail=destroyed/);
    run.child.kill('SIGINT');
    expect(await run.ended).toBe(0);
  });

  it('prints JSON for programs', async () => {
    const run = startExample('libvirt-events', '--connect', daemon.uri(), '--json');
    await run.printed(/Watching/);
    start(2, 0);
    await run.printed(/"started"/);
    const line = run.output.split('\n').find((text) => text.includes('"started"'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      family: 'domain',
      type: 'lifecycle',
      domain: dom,
      event: 'started',
    });
    run.child.kill('SIGTERM');
    expect(await run.ended).toBe(0);
  });
});
