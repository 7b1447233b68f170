import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, procedures } from '../../src/index.ts';
import { qemuEvents } from '../../src/protocol/qemu-procedures.gen.ts';
import { encodeQemuDomainMonitorEventMsg } from '../../src/protocol/qemu-server-codecs.gen.ts';
import { FakeDaemon } from '../../src/testing/index.ts';
import { XdrWriter } from '../../src/xdr/writer.ts';
import { caught } from '../support/caught.ts';

const uuid = '00000000-0000-4000-8000-000000000001';
const net = { name: 'default', uuid };
const pool = { name: 'images', uuid };
const dev = { name: 'pci_0000_00_01_0' };
const secret = { uuid, usageType: 1, usageID: '/disk' };
const dom = { name: 'web', uuid, id: 7 };

let daemon: FakeDaemon;
let connection: Connection;

beforeEach(async () => {
  daemon = await FakeDaemon.start();
  daemon.on(procedures.connectNetworkEventRegisterAny, ({ args }) => ({ callbackID: args.eventID }));
  daemon.on(procedures.connectStoragePoolEventRegisterAny, ({ args }) => ({ callbackID: args.eventID }));
  daemon.on(procedures.connectNodeDeviceEventRegisterAny, ({ args }) => ({ callbackID: args.eventID }));
  daemon.on(procedures.connectSecretEventRegisterAny, ({ args }) => ({ callbackID: args.eventID }));
  daemon.on(procedures.connectNetworkEventDeregisterAny, () => undefined);
  daemon.on(procedures.connectListAllNetworks, () => ({ nets: [net], ret: 1 }));
  daemon.on(procedures.connectListAllStoragePools, () => ({ pools: [pool], ret: 1 }));
  daemon.on(procedures.connectListAllNodeDevices, () => ({ devices: [dev], ret: 1 }));
  daemon.on(procedures.connectListAllSecrets, () => ({ secrets: [secret], ret: 1 }));
  connection = await daemon.connect();
});

afterEach(async () => {
  await connection.close();
  await daemon.stop();
});

describe('events of', () => {
  it('networks', async () => {
    const events = connection.networkEvents({ types: ['lifecycle', 'metadata-change'], network: { uuid } });
    await events.ready;
    daemon.peer.sendEvent('networkEventLifecycle', {
      callbackID: 0,
      net: { ...net, uuid: uuid.replace('1', '2') },
      event: 0,
      detail: 0,
    });
    daemon.peer.sendEvent('networkEventLifecycle', { callbackID: 0, net, event: 2, detail: 0 });
    daemon.peer.sendEvent('networkEventCallbackMetadataChange', { callbackID: 1, net, type: 1, nsuri: undefined });
    expect((await events.next()).value).toMatchObject({
      type: 'lifecycle',
      event: 'started',
      network: { name: 'default' },
    });
    expect((await events.next()).value).toMatchObject({ type: 'metadata-change', metadata: 'title', uri: undefined });
    await events.return();
    expect(daemon.peer.calls.filter((name) => name === 'connectNetworkEventDeregisterAny')).toHaveLength(2);
  });

  it('storage pools', async () => {
    const events = connection.storagePoolEvents({ types: ['lifecycle', 'refresh'] });
    await events.ready;
    daemon.peer.sendEvent('storagePoolEventLifecycle', { callbackID: 0, pool, event: 4, detail: 0 });
    daemon.peer.sendEvent('storagePoolEventRefresh', { callbackID: 1, pool });
    expect((await events.next()).value).toMatchObject({
      type: 'lifecycle',
      event: 'created',
      pool: { name: 'images' },
    });
    expect((await events.next()).value).toMatchObject({ type: 'refresh', pool: { name: 'images' } });
  });

  it('node devices', async () => {
    const events = connection.nodeDeviceEvents({ types: ['lifecycle', 'update'], device: dev });
    await events.ready;
    daemon.peer.sendEvent('nodeDeviceEventUpdate', { callbackID: 1, dev: { name: 'other' } });
    daemon.peer.sendEvent('nodeDeviceEventLifecycle', { callbackID: 0, dev, event: 1, detail: 0 });
    daemon.peer.sendEvent('nodeDeviceEventUpdate', { callbackID: 1, dev });
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle', event: 'deleted', device: dev });
    expect((await events.next()).value).toMatchObject({ type: 'update', device: dev });
  });

  it('secrets', async () => {
    const events = connection.secretEvents({
      types: ['value-changed', 'lifecycle'],
      secret: { uuid: uuid.toUpperCase() },
    });
    await events.ready;
    daemon.peer.sendEvent('secretEventLifecycle', { callbackID: 0, secret, event: 0, detail: 0 });
    daemon.peer.sendEvent('secretEventValueChanged', { callbackID: 1, secret });
    expect((await events.next()).value).toMatchObject({ type: 'lifecycle', event: 'defined', secret: { uuid } });
    expect((await events.next()).value).toMatchObject({ type: 'value-changed', secret: { uuid } });
  });

  it("QEMU's monitor, with its data parsed and its own time", async () => {
    const asked: unknown[] = [];
    daemon.on(procedures.qemuConnectDomainMonitorEventRegister, ({ args }) => {
      asked.push(args);
      return { callbackID: 3 };
    });
    const events = connection.qemuMonitorEvents({ event: '^S', match: 'regular-expression', domain: { uuid } });
    await events.ready;
    for (const details of ['{"reason":"host"}', 'no JSON', undefined]) {
      const writer = new XdrWriter();
      const message = { callbackID: 3, dom, event: 'STOP', seconds: 1_700_000_000, micros: 250_000, details };
      encodeQemuDomainMonitorEventMsg(writer, message);
      const { program, number } = qemuEvents.qemuDomainMonitorEvent;
      daemon.peer.send({ program, procedure: number, type: 2 }, writer.toBuffer());
    }
    expect((await events.next()).value).toMatchObject({
      type: 'qemu-monitor',
      domain: { name: 'web' },
      event: 'STOP',
      timeMs: 1_700_000_000_250,
      details: { reason: 'host' },
    });
    expect((await events.next()).value).toMatchObject({ details: 'no JSON' });
    expect((await events.next()).value).toMatchObject({ details: undefined });
    expect(asked).toMatchObject([{ event: '^S', flags: 1 }]);
  });
});

describe('every family', () => {
  it('takes its own kinds only, the lifecycle unless told otherwise', async () => {
    const wrong = { types: ['no-such' as 'lifecycle'] };
    for (const name of ['networkEvents', 'storagePoolEvents', 'nodeDeviceEvents', 'secretEvents'] as const) {
      const error = await caught(() => connection[name](wrong));
      expect(error).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
      expect(error.message).toContain('lifecycle');
      await connection[name]().ready;
    }
    expect(daemon.peer.calls.filter((name) => name.endsWith('EventRegisterAny'))).toHaveLength(4);
  });

  it('tells what there is after a gap', async () => {
    const streams = [
      connection.networkEvents(),
      connection.storagePoolEvents(),
      connection.nodeDeviceEvents(),
      connection.secretEvents(),
    ] as const;
    await Promise.all(streams.map(({ ready }) => ready));
    daemon.peer.socket.destroy();
    const gaps = await Promise.all(streams.map((stream) => stream.next() as Promise<IteratorResult<unknown>>));
    expect(gaps.map(({ value }) => value as unknown)).toMatchObject([
      { type: 'gap', reason: 'reconnect', current: [{ name: 'default' }] },
      { type: 'gap', reason: 'reconnect', current: [{ name: 'images' }] },
      { type: 'gap', reason: 'reconnect', current: [{ name: dev.name }] },
      { type: 'gap', reason: 'reconnect', current: [{ uuid }] },
    ]);
  });

  it('calls a listener back, one event after the other, until the stream ends', async () => {
    const events = connection.networkEvents();
    await events.ready;
    const seen: string[] = [];
    const listening = events.forEach(async (event) => {
      await Promise.resolve();
      seen.push(event.type === 'lifecycle' ? event.event : event.type);
      if (seen.length === 2) throw new Error('enough');
    });
    for (const event of [0, 2, 3])
      daemon.peer.sendEvent('networkEventLifecycle', { callbackID: 0, net, event, detail: 0 });
    await expect(listening).rejects.toThrow('enough');
    expect(seen).toEqual(['defined', 'started']);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});
