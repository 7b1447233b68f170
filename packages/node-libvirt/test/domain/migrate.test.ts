import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Connection, Domain, procedures as p } from '../../src/index.ts';
import type { Procedure } from '../../src/rpc/procedure.ts';
import { type Answer, Failure, FakeDaemon, silence } from '../../src/testing/fake-daemon.ts';
import { caught, deferred, delay, until } from '../support/caught.ts';
import { dom, parameter } from '../support/fake-domain.ts';

const arrived = { ...dom, id: 3 };
const cookies = {
  begin: Uint8Array.of(1),
  prepare: Uint8Array.of(2),
  perform: Uint8Array.of(3),
  finish: Uint8Array.of(4),
};
const none = new Uint8Array();
const xml = parameter('destination_xml', '<domain/>');
const uri = parameter('migrate_uri', 'tcp://there:49152');
const name = parameter('destination_name', 'web');

let source: FakeDaemon;
let destination: FakeDaemon;
let here: Connection;
let there: Connection;
let domain: Domain;
/** Every step that either daemon was asked for, with its arguments. */
let steps: (readonly [step: string, args: Record<string, unknown>])[];

beforeAll(async () => {
  [source, destination] = await Promise.all([FakeDaemon.start(), FakeDaemon.start()]);
});
afterAll(() => Promise.all([source.stop(), destination.stop()]));
beforeEach(async () => {
  [here, there] = await Promise.all([source.connect(), destination.connect()]);
  domain = new Domain(here.raw, dom);
  steps = [];
  source.on(p.connectSupportsFeature, () => ({ supported: 1 }));
  source.on(p.domainGetState, () => ({ state: 1, reason: 1 }));
  step(source, 'begin', p.domainMigrateBegin3Params, () => ({ cookieOut: cookies.begin, xml: '<domain/>' }));
  step(destination, 'prepare', p.domainMigratePrepare3Params, () => ({
    cookieOut: cookies.prepare,
    uriOut: 'tcp://there:49152',
  }));
  step(source, 'perform', p.domainMigratePerform3Params, () => ({ cookieOut: cookies.perform }));
  step(destination, 'finish', p.domainMigrateFinish3Params, () => ({ dom: arrived, cookieOut: cookies.finish }));
  step(source, 'confirm', p.domainMigrateConfirm3Params, () => undefined);
  step(source, 'abort', p.domainAbortJob, () => undefined);
  return () => Promise.all([here.close(), there.close()]);
});

/** Answers a step and notes it. */
function step<Args, Ret>(
  daemon: FakeDaemon,
  called: string,
  procedure: Procedure<Args, Ret>,
  answer: () => Answer<Ret>,
): void {
  daemon.on(procedure, ({ args }) => {
    steps.push([called, args as Record<string, unknown>]);
    return answer();
  });
}

const names = (): string[] => steps.map(([called]) => called);
const cancelled = (): unknown[] =>
  steps.filter(([, args]) => 'cancelled' in args).map(([called, args]) => [called, args['cancelled']]);

describe('a migration', () => {
  it('takes five steps, and hands on what each tells the next', async () => {
    const moved = await domain.migrate(there, { live: true, autoConverge: true, bandwidthBytesPerSecond: 2 ** 20 });
    const bandwidth = parameter('bandwidth', 1n);
    expect(steps).toEqual([
      ['begin', { dom, params: [bandwidth], flags: 1 + 8192 + 256 }],
      ['prepare', { params: [bandwidth, xml], cookieIn: cookies.begin, flags: 1 }],
      ['perform', { dom, dconnuri: undefined, params: [bandwidth, xml, uri], cookieIn: cookies.prepare, flags: 8449 }],
      ['finish', { params: [bandwidth, xml, uri, name], cookieIn: cookies.perform, flags: 1, cancelled: 0 }],
      ['confirm', { dom, params: [bandwidth, xml, uri], cookieIn: cookies.finish, flags: 8449, cancelled: 0 }],
    ]);
    expect(moved.dom).toEqual(arrived);
    destination.on(p.domainGetState, () => ({ state: 3, reason: 2 }));
    expect(await moved.getState()).toMatchObject({ state: 'paused', reason: 'migration' });
  });

  it('leaves a paused domain paused', async () => {
    source.on(p.domainGetState, () => ({ state: 3, reason: 1 }));
    await domain.migrate(there);
    expect(steps.map(([, { flags }]) => flags)).toEqual([256, 32, 288, 32, 288]);
  });

  it('of a definition sends no memory', async () => {
    await domain.migrate(there, { offline: true, persistDestination: true });
    expect(names()).toEqual(['begin', 'prepare', 'finish', 'confirm']);
    expect(steps[2]?.[1]).toMatchObject({ cookieIn: none, cancelled: 0 });
  });

  it('passes every parameter by its name and type', async () => {
    await domain.migrate(there, {
      migrateUri: 'tcp://a',
      destinationName: 'mail',
      disks: ['vda', 'vdb'],
      compression: ['xbzrle', 'mt'],
      compressionXbzrleCacheBytes: 4096,
      autoConvergeInitial: 0.3,
      parallelConnections: 4,
      tlsDestination: 'there.example',
      postcopyBandwidthBytesPerSecond: 1,
    });
    expect(steps[0]?.[1]['params']).toEqual([
      parameter('migrate_uri', 'tcp://a'),
      parameter('destination_name', 'mail'),
      parameter('bandwidth.postcopy', 1n),
      parameter('compression.xbzrle.cache', 4096n),
      parameter('auto_converge.initial', 30),
      parameter('parallel.connections', 4),
      parameter('tls.destination', 'there.example'),
      parameter('migrate_disks', 'vda'),
      parameter('migrate_disks', 'vdb'),
      parameter('compression', 'xbzrle'),
      parameter('compression', 'mt'),
    ]);
    const finish = steps[3]?.[1]['params'] as readonly { readonly field: string }[];
    expect(finish.filter(({ field }) => field === 'destination_name')).toHaveLength(1);
  });

  it('limits the downtime first', async () => {
    step(source, 'downtime', p.domainMigrateSetMaxDowntime, () => undefined);
    await domain.migrate(there, { maxDowntimeMs: 250 });
    expect(steps[0]).toEqual(['downtime', { dom, downtime: 250, flags: 0 }]);
  });

  it('does without protection where there is none, unless it was asked for', async () => {
    source.on(p.connectSupportsFeature, () => ({ supported: 0 }));
    await domain.migrate(there);
    expect(steps[0]?.[1]['flags']).toBe(0);
    expect(await caught(domain.migrate(there, { changeProtection: true }))).toMatchObject({ kind: 'unsupported' });
  });
});

describe('a migration that fails', () => {
  const failure = (message: string, code = 9): Failure => new Failure({ code, domain: 10, message });

  it('at its begin has nothing to take back', async () => {
    step(source, 'begin', p.domainMigrateBegin3Params, () => failure('unsafe', 81));
    expect(await caught(domain.migrate(there))).toMatchObject({ code: 'LIBVIRT_MIGRATE_UNSAFE', kind: 'conflict' });
    expect(names()).toEqual(['begin']);
  });

  it('when its state is asked for is taken back at the source', async () => {
    source.on(p.domainGetState, () => failure('domain is gone', 42));
    expect(await caught(domain.migrate(there))).toMatchObject({ code: 'LIBVIRT_NO_DOMAIN' });
    expect(names()).toEqual(['begin', 'confirm']);
    expect(steps[1]?.[1]).toMatchObject({ flags: 256, cancelled: 1 });
  });

  it('when its state is asked for without protection leaves the source alone', async () => {
    source.on(p.connectSupportsFeature, () => ({ supported: 0 }));
    source.on(p.domainGetState, () => failure('domain is gone', 42));
    await caught(domain.migrate(there));
    expect(names()).toEqual(['begin']);
  });

  it('at the preparation is taken back at the source', async () => {
    step(destination, 'prepare', p.domainMigratePrepare3Params, () => failure('no such network', 43));
    expect(await caught(domain.migrate(there))).toMatchObject({ code: 'LIBVIRT_NO_NETWORK' });
    expect(names()).toEqual(['begin', 'prepare', 'confirm']);
    expect(cancelled()).toEqual([['confirm', 1]]);
  });

  it('at the preparation without protection leaves the source alone', async () => {
    source.on(p.connectSupportsFeature, () => ({ supported: 0 }));
    step(destination, 'prepare', p.domainMigratePrepare3Params, () => failure('no'));
    await caught(domain.migrate(there));
    expect(names()).toEqual(['begin', 'prepare']);
  });

  it('because the destination does not say where to, is taken back at both', async () => {
    step(destination, 'prepare', p.domainMigratePrepare3Params, () => ({ cookieOut: none, uriOut: undefined }));
    expect(await caught(domain.migrate(there))).toMatchObject({ code: 'LIBVIRT_PROTOCOL_ERROR' });
    expect(cancelled()).toEqual([
      ['finish', 1],
      ['confirm', 1],
    ]);
  });

  it('on its way is taken back at the destination; the source knows', async () => {
    step(source, 'perform', p.domainMigratePerform3Params, () => failure('connection refused', 38));
    step(destination, 'finish', p.domainMigrateFinish3Params, () => failure('cancelled', 102));
    const error = await caught(domain.migrate(there));
    expect(error).toMatchObject({ message: 'connection refused', libvirtCode: 38 });
    expect(names()).toEqual(['begin', 'prepare', 'perform', 'finish']);
    expect(cancelled()).toEqual([['finish', 1]]);
  });

  it('on its way for a reason that either host may know tells both', async () => {
    step(source, 'perform', p.domainMigratePerform3Params, () => failure('socket closed'));
    step(destination, 'finish', p.domainMigrateFinish3Params, () => failure('out of memory'));
    const error = await caught(domain.migrate(there));
    expect(error.message).toBe('the source says: socket closed; the destination says: out of memory');
  });

  it('at its end goes on at the source', async () => {
    step(destination, 'finish', p.domainMigrateFinish3Params, () => failure('guest crashed'));
    expect(await caught(domain.migrate(there))).toMatchObject({ message: 'guest crashed' });
    expect(cancelled()).toEqual([
      ['finish', 0],
      ['confirm', 1],
    ]);
  });

  it('at its confirmation has arrived all the same', async () => {
    step(source, 'confirm', p.domainMigrateConfirm3Params, () => failure('busy'));
    expect((await domain.migrate(there)).dom).toEqual(arrived);
  });

  it('because a connection broke says what is not known', async () => {
    source.on(p.domainMigratePerform3Params, ({ peer }) => {
      peer.socket.destroy();
      return silence;
    });
    const error = await caught(domain.migrate(there));
    expect(error).toMatchObject({ code: 'LIBVIRT_CONNECTION_LOST', outcomeUnknown: true });
    expect(error.message).toContain('the source could not send the domain');
    expect(error.message).toContain('look at both hosts');
    expect(cancelled()).toEqual([['finish', 1]]);
  });
});

describe('a migration that is aborted', () => {
  /** Lets the perform step wait until the job is aborted. */
  function performUntilAborted(): void {
    const ended = deferred<void>();
    source.on(p.domainMigratePerform3Params, async ({ args }) => {
      steps.push(['perform', args as unknown as Record<string, unknown>]);
      await ended.promise;
      return new Failure({ code: 78, domain: 10, message: 'migration out job: canceled by client' });
    });
    step(source, 'abort', p.domainAbortJob, () => {
      if (names().filter((called) => called === 'abort').length < 2)
        return new Failure({ code: 55, message: 'no job' });
      ended.resolve();
      return undefined;
    });
  }

  it('ends its job, tries again when there is none yet, and says where the domain is', async () => {
    performUntilAborted();
    const controller = new AbortController();
    const migration = caught(domain.migrate(there, { live: true, signal: controller.signal }));
    await until(() => names().includes('perform'));
    controller.abort(new Error('enough'));
    const error = await migration;
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted', outcomeUnknown: false });
    expect(error.message).toContain('the domain stays where it was');
    expect(error.cause).toMatchObject({ libvirtCode: 78 });
    expect(names()).toEqual(['begin', 'prepare', 'perform', 'abort', 'abort', 'finish']);
  });

  it('by its timeout does the same', async () => {
    performUntilAborted();
    const error = await caught(domain.migrate(there, { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT', outcomeUnknown: false });
    expect(cancelled()).toEqual([['finish', 1]]);
  });

  it('while it is prepared goes no further', async () => {
    const controller = new AbortController();
    step(destination, 'prepare', p.domainMigratePrepare3Params, () => {
      controller.abort();
      return { cookieOut: none, uriOut: 'tcp://there' };
    });
    source.on(p.domainMigratePerform3Params, () => new Failure({ message: 'must not be called' }));
    const error = await caught(domain.migrate(there, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', kind: 'aborted', outcomeUnknown: false });
    expect(error.message).toContain('the domain stays where it was');
    expect(names()).toEqual(['begin', 'prepare', 'finish', 'confirm']);
    expect(cancelled()).toEqual([
      ['finish', 1],
      ['confirm', 1],
    ]);
    expect(steps[2]?.[1]).toMatchObject({ params: [xml, parameter('migrate_uri', 'tcp://there'), name] });
  });

  it.each([{ offline: true }, { live: true }])('while it is prepared by its timeout as well: %j', async (options) => {
    destination.on(p.domainMigratePrepare3Params, async () => {
      await delay(100);
      return { cookieOut: none, uriOut: 'tcp://there' };
    });
    const error = await caught(domain.migrate(there, { ...options, timeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT', outcomeUnknown: false });
    expect(cancelled()).toEqual([
      ['finish', 1],
      ['confirm', 1],
    ]);
  });

  it('while it is prepared ends at the source even when the destination can not be told', async () => {
    const controller = new AbortController();
    step(destination, 'prepare', p.domainMigratePrepare3Params, () => {
      controller.abort();
      return { cookieOut: none, uriOut: 'tcp://there' };
    });
    step(destination, 'finish', p.domainMigrateFinish3Params, () => new Failure({ message: 'gone' }));
    const error = await caught(domain.migrate(there, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED' });
    expect(names().at(-1)).toBe('confirm');
  });

  it('while it begins is taken back at the source, and the destination never hears of it', async () => {
    const controller = new AbortController();
    step(source, 'begin', p.domainMigrateBegin3Params, () => {
      controller.abort();
      return { cookieOut: none, xml: '<domain/>' };
    });
    const error = await caught(domain.migrate(there, { signal: controller.signal }));
    expect(error).toMatchObject({ code: 'LIBVIRT_ABORTED', outcomeUnknown: false });
    expect(names()).toEqual(['begin', 'confirm']);
    expect(cancelled()).toEqual([['confirm', 1]]);
  });

  it('before it began asks nobody', async () => {
    expect(await caught(domain.migrate(there, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'LIBVIRT_ABORTED',
    });
    expect(names()).toEqual([]);
  });

  it('when the domain has arrived is one that was not', async () => {
    const controller = new AbortController();
    step(destination, 'finish', p.domainMigrateFinish3Params, () => {
      controller.abort();
      return { dom: arrived, cookieOut: none };
    });
    expect((await domain.migrate(there, { signal: controller.signal })).dom).toEqual(arrived);
    await delay(20);
    expect(names()).not.toContain('abort');
  });
});

describe('a migration to a URI', () => {
  it('is one call: the daemons do the rest', async () => {
    await domain.migrateToURI('qemu+tls://there/system', { live: true, tunnelled: true, destinationName: 'mail' });
    expect(steps).toEqual([
      [
        'perform',
        {
          dom,
          dconnuri: 'qemu+tls://there/system',
          params: [parameter('destination_name', 'mail')],
          cookieIn: none,
          flags: 1 + 2 + 4,
        },
      ],
    ]);
  });

  it.each([
    'qemu:///system',
    'qemu+tls://localhost/system',
    'qemu+ssh://root@localhost.localdomain/system',
    'qemu+unix:///system',
  ])('%s is the host that it is on already', async (own) => {
    expect(await caught(domain.migrateToURI(own))).toMatchObject({ code: 'LIBVIRT_ARGUMENT_INVALID' });
    expect(names()).toEqual([]);
  });

  it.each(['qemu+unix:///system?socket=/run/there', 'qemu+ssh://root@there:2222/system'])(
    '%s is another',
    async (other) => {
      await domain.migrateToURI(other);
      expect(names()).toEqual(['perform']);
    },
  );

  it('is aborted as well', async () => {
    const ended = deferred<void>();
    source.on(p.domainMigratePerform3Params, async () => {
      await ended.promise;
      return new Failure({ code: 78, message: 'canceled' });
    });
    step(source, 'abort', p.domainAbortJob, () => ended.resolve());
    const error = await caught(domain.migrateToURI('qemu+tls://there/system', { timeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT', cause: { libvirtCode: 78 } });
  });
});
