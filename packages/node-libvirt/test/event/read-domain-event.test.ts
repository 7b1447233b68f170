import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, type DomainEventType, procedures } from '../../src/index.ts';
import { domainEventReaders } from '../../src/event/read-domain-event.ts';
import { domainEventNames } from '../../src/protocol/names.gen.ts';
import { FakeDaemon, type Peer } from '../../src/testing/fake-daemon.ts';

const dom = { name: 'web', uuid: '00000000-0000-4000-8000-000000000001', id: 7 };
const parameters = [
  { field: 'a', value: { type: 4, value: 5n } },
  { field: 'b', value: { type: 6, value: 1 } },
] as const;

let server: FakeDaemon;
let connection: Connection;

beforeAll(async () => {
  server = await FakeDaemon.start();
  server.on(procedures.connectDomainEventCallbackRegisterAny, ({ args }) => ({ callbackID: args.eventID }));
  server.on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined);
  connection = await server.connect();
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

const cases: readonly (readonly [DomainEventType, (peer: Peer) => void, Record<string, unknown>])[] = [
  ['reboot', (p) => p.sendEvent('domainEventCallbackReboot', { callbackID: 1, msg: { dom } }), {}],
  [
    'rtc-change',
    (p) => p.sendEvent('domainEventCallbackRtcChange', { callbackID: 2, msg: { dom, offset: -3600 } }),
    { offsetSeconds: -3600 },
  ],
  [
    'watchdog',
    (p) => p.sendEvent('domainEventCallbackWatchdog', { callbackID: 3, msg: { dom, action: 2 } }),
    { action: 'reset' },
  ],
  [
    'io-error',
    (p) =>
      p.sendEvent('domainEventCallbackIoError', {
        callbackID: 4,
        msg: { dom, srcPath: '/d', devAlias: 'disk0', action: 1 },
      }),
    { path: '/d', device: 'disk0', action: 'pause' },
  ],
  [
    'graphics',
    (p) =>
      p.sendEvent('domainEventCallbackGraphics', {
        callbackID: 5,
        msg: {
          dom,
          phase: 2,
          local: { family: 0, node: '127.0.0.1', service: '5900' },
          remote: { family: 0, node: '127.0.0.1', service: '40000' },
          authScheme: 'none',
          subject: [{ type: 'user', name: 'ada' }],
        },
      }),
    { phase: 'disconnect', authScheme: 'none', remote: { service: '40000' }, subject: [{ type: 'user', name: 'ada' }] },
  ],
  [
    'io-error-reason',
    (p) =>
      p.sendEvent('domainEventCallbackIoErrorReason', {
        callbackID: 6,
        msg: { dom, srcPath: '/d', devAlias: 'disk0', action: 1, reason: 'enospc' },
      }),
    { reason: 'enospc', action: 'pause' },
  ],
  ['control-error', (p) => p.sendEvent('domainEventCallbackControlError', { callbackID: 7, msg: { dom } }), {}],
  [
    'block-job',
    (p) => p.sendEvent('domainEventCallbackBlockJob', { callbackID: 8, msg: { dom, path: '/d', type: 4, status: 3 } }),
    { disk: '/d', job: 'active-commit', status: 'ready' },
  ],
  [
    'disk-change',
    (p) =>
      p.sendEvent('domainEventCallbackDiskChange', {
        callbackID: 9,
        msg: { dom, oldSrcPath: '/old', newSrcPath: undefined, devAlias: 'disk0', reason: 0 },
      }),
    { oldPath: '/old', newPath: undefined, device: 'disk0', reason: 'change-missing-on-start' },
  ],
  [
    'tray-change',
    (p) => p.sendEvent('domainEventCallbackTrayChange', { callbackID: 10, msg: { dom, devAlias: 'cd', reason: 1 } }),
    { device: 'cd', reason: 'close' },
  ],
  ['pmwakeup', (p) => p.sendEvent('domainEventCallbackPmwakeup', { callbackID: 11, reason: 0, msg: { dom } }), {}],
  ['pmsuspend', (p) => p.sendEvent('domainEventCallbackPmsuspend', { callbackID: 12, reason: 0, msg: { dom } }), {}],
  [
    'balloon-change',
    (p) => p.sendEvent('domainEventCallbackBalloonChange', { callbackID: 13, msg: { dom, actual: 1024 } }),
    { memoryBytes: 1_048_576 },
  ],
  [
    'pmsuspend-disk',
    (p) => p.sendEvent('domainEventCallbackPmsuspendDisk', { callbackID: 14, reason: 0, msg: { dom } }),
    {},
  ],
  [
    'device-removed',
    (p) => p.sendEvent('domainEventCallbackDeviceRemoved', { callbackID: 15, msg: { dom, devAlias: 'net1' } }),
    { device: 'net1' },
  ],
  [
    'block-job-2',
    (p) => p.sendEvent('domainEventBlockJob2', { callbackID: 16, dom, dst: 'vda', type: 1, status: 0 }),
    { disk: 'vda', job: 'pull', status: 'completed' },
  ],
  [
    'tunable',
    (p) => p.sendEvent('domainEventCallbackTunable', { callbackID: 17, dom, params: parameters }),
    { parameters: { a: 5, b: true } },
  ],
  [
    'agent-lifecycle',
    (p) => p.sendEvent('domainEventCallbackAgentLifecycle', { callbackID: 18, dom, state: 1, reason: 2 }),
    { state: 'connected', reason: 'channel' },
  ],
  [
    'device-added',
    (p) => p.sendEvent('domainEventCallbackDeviceAdded', { callbackID: 19, dom, devAlias: 'net1' }),
    { device: 'net1' },
  ],
  [
    'migration-iteration',
    (p) => p.sendEvent('domainEventCallbackMigrationIteration', { callbackID: 20, dom, iteration: 3 }),
    { iteration: 3 },
  ],
  [
    'job-completed',
    (p) => p.sendEvent('domainEventCallbackJobCompleted', { callbackID: 21, dom, params: parameters }),
    { parameters: { a: 5, b: true } },
  ],
  [
    'device-removal-failed',
    (p) => p.sendEvent('domainEventCallbackDeviceRemovalFailed', { callbackID: 22, dom, devAlias: 'net1' }),
    { device: 'net1' },
  ],
  [
    'metadata-change',
    (p) => p.sendEvent('domainEventCallbackMetadataChange', { callbackID: 23, dom, type: 2, nsuri: 'urn:x' }),
    { metadata: 'element', uri: 'urn:x' },
  ],
  [
    'block-threshold',
    (p) =>
      p.sendEvent('domainEventBlockThreshold', {
        callbackID: 24,
        dom,
        dev: 'vda',
        path: '/d',
        threshold: 10,
        excess: 1,
      }),
    { disk: 'vda', path: '/d', thresholdBytes: 10, excessBytes: 1 },
  ],
  [
    'memory-failure',
    (p) => p.sendEvent('domainEventMemoryFailure', { callbackID: 25, dom, recipient: 1, action: 2, flags: 1 }),
    { recipient: 'guest', action: 'fatal', flags: 1 },
  ],
  [
    'memory-device-size-change',
    (p) => p.sendEvent('domainEventMemoryDeviceSizeChange', { callbackID: 26, dom, alias: 'mem0', size: 4096 }),
    { device: 'mem0', sizeBytes: 4096 },
  ],
  [
    'nic-mac-change',
    (p) =>
      p.sendEvent('domainEventNicMacChange', {
        callbackID: 27,
        dom,
        alias: 'net0',
        oldMAC: '52:54:00:00:00:01',
        newMAC: '52:54:00:00:00:02',
      }),
    { device: 'net0', oldMac: '52:54:00:00:00:01', newMac: '52:54:00:00:00:02' },
  ],
];

describe('every kind of domain event', () => {
  it('is known, in the order of its number', () => {
    expect(domainEventReaders.map(({ type }) => type)).toEqual([...domainEventNames]);
    expect(cases.map(([type]) => type)).toEqual(domainEventNames.filter((type) => type !== 'lifecycle'));
  });

  it.each(cases)('%s arrives with its fields', async (type, send, fields) => {
    const events = connection.domainEvents({ types: [type] });
    await events.ready;
    send(server.peer);
    const { value } = await events.next();
    expect(value).toMatchObject({ type, domain: { name: 'web', uuid: dom.uuid, id: 7 }, ...fields });
    await events.return();
  });
});
