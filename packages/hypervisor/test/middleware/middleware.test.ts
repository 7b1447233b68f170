import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { NovaError } from '@novacron/core';
import { createMemoryHypervisor, type MemoryHypervisor } from '@novacron/hypervisor/memory';
import {
  applyMiddleware,
  aroundCalls,
  audit,
  cache,
  dryRun,
  policy,
  readOnly,
  retry,
  timeout,
  tracing,
  type AuditRecord,
  type TracedCall,
} from '@novacron/hypervisor/middleware';
import { describeHypervisor } from '@novacron/hypervisor/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryCapabilities } from '@novacron/hypervisor/memory';

const quick = { create: [0, 0], start: [0, 0], stop: [0, 0], delete: [0, 0], reboot: [0, 0] } as const;

describeHypervisor('memory behind all middleware', {
  open: async () =>
    applyMiddleware(
      createMemoryHypervisor({ latenciesMs: quick }),
      tracing(),
      audit({ write: () => {} }),
      policy(() => true),
      retry({ baseDelayMs: 1 }),
      timeout({ readMs: 10_000, changeMs: 20_000 }),
    ),
  openDestination: async () => readOnlyDestination(),
  capabilities: memoryCapabilities,
  spec: (name) => ({ name, memoryBytes: 64 * 1024 ** 2 }),
});

/** Even a destination can have middleware around it. */
function readOnlyDestination(): MemoryHypervisor {
  return aroundCalls((_, next) => next())(createMemoryHypervisor({ name: 'other', seed: 2, latenciesMs: quick }));
}

describe('middleware', () => {
  let memory: MemoryHypervisor;
  beforeEach(() => {
    memory = createMemoryHypervisor({ latenciesMs: quick });
  });
  afterEach(() => memory.close());

  it('retries reads and changes that were certainly not made', async () => {
    const hypervisor = retry({ attempts: 3, baseDelayMs: 1 })(memory);
    memory.inject({ operation: 'create', with: 'unavailable', times: 2 });
    expect((await hypervisor.vms.create({ name: 'a' })).name).toBe('a');
    memory.inject({ operation: 'get', with: 'throttled', times: 3 });
    await expect(hypervisor.vms.get('a')).rejects.toMatchObject({ kind: 'throttled' });
    memory.inject({ operation: 'get', with: 'permission' });
    await expect(hypervisor.vms.get('a')).rejects.toMatchObject({ kind: 'permission' });
  });

  it('does not make a change again whose outcome is not known, unless a token makes that safe', async () => {
    let calls = 0;
    const lost = aroundCalls(async () => {
      calls++;
      throw new NovaError('TEST', {
        kind: 'unavailable',
        message: 'gone',
        retryable: true,
        details: { outcomeUnknown: true },
      });
    });
    const hypervisor = applyMiddleware(memory, retry({ attempts: 3, baseDelayMs: 1 }), lost);
    const count = async (call: () => Promise<unknown>): Promise<number> => {
      calls = 0;
      await expect(call()).rejects.toMatchObject({ message: 'gone' });
      return calls;
    };
    expect(await count(() => hypervisor.vms.start('a'))).toBe(1);
    expect(await count(() => hypervisor.vms.create({ name: 'a' }))).toBe(1);
    expect(await count(() => hypervisor.vms.create({ name: 'a' }, { clientToken: 't' }))).toBe(3);
    expect(await count(() => hypervisor.vms.get('a'))).toBe(3);
    expect(await count(() => hypervisor.volumes.upload({ pool: 'p', name: 'v' }, []))).toBe(1);
  });

  it('does not make a change again that ran into its deadline', async () => {
    let calls = 0;
    const counted = aroundCalls((_, next) => (calls++, next()));
    const hypervisor = applyMiddleware(
      memory,
      retry({ attempts: 3, baseDelayMs: 1 }),
      timeout({ changeMs: 10, readMs: 10 }),
      counted,
    );
    await memory.vms.create({ name: 'a' }, { start: true });
    memory.inject({ operation: 'guest', with: 'hang', times: 9 });
    await expect(hypervisor.guests.execute('a', { path: '/bin/x' })).rejects.toMatchObject({ kind: 'timeout' });
    expect(calls).toBe(1);
    memory.inject({ operation: 'get', with: 'hang' });
    expect((await hypervisor.vms.get('a')).name).toBe('a'); // reading does no harm
    memory.inject({ operation: 'create', with: 'hang' });
    expect((await hypervisor.vms.create({ name: 'b' }, { clientToken: 'b' })).name).toBe('b');
  });

  it('stops retrying when the signal fires', async () => {
    const hypervisor = retry({ attempts: Infinity, baseDelayMs: 10_000 })(memory);
    memory.inject({ operation: 'get', with: 'unavailable', times: 100 });
    const stop = new AbortController();
    const call = hypervisor.vms.get('a', { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(call).rejects.toMatchObject({ kind: 'aborted' });
  });

  it('gives a deadline to calls without one', async () => {
    const hypervisor = timeout({ readMs: 20, changeMs: 30 })(memory);
    memory.inject({ operation: 'list', with: 'hang', times: 2 });
    await expect(hypervisor.vms.list()).rejects.toMatchObject({ kind: 'timeout', details: { timeoutMs: 20 } });
    await expect(hypervisor.vms.list({}, { timeoutMs: 5 })).rejects.toMatchObject({ details: { timeoutMs: 5 } });
    memory.inject({ operation: 'create', with: 'hang' });
    await expect(hypervisor.vms.create({ name: 'a' })).rejects.toMatchObject({ details: { timeoutMs: 30 } });
    expect((await hypervisor.vms.stats()).items).toEqual([]);
  });

  it('keeps answers for a while, and forgets them with each change', async () => {
    let reads = 0;
    const counted = aroundCalls((call, next) => {
      if (!call.changes) reads++;
      return next();
    });
    const hypervisor = applyMiddleware(memory, cache({ ttlMs: 60_000, maxEntries: 2 }), counted);
    await hypervisor.vms.create({ name: 'a' });
    await hypervisor.vms.get('a');
    expect((await hypervisor.vms.get('a')).state).toBe('stopped');
    expect(reads).toBe(1);
    await hypervisor.vms.start('a');
    expect((await hypervisor.vms.get('a')).state).toBe('running');
    await expect(hypervisor.vms.get('b')).rejects.toMatchObject({ kind: 'not-found' });
    await expect(hypervisor.vms.get('b')).rejects.toMatchObject({ kind: 'not-found' });
    expect(reads).toBe(4); // a failure is not kept
    await hypervisor.vms.list({ limit: 1 });
    await hypervisor.vms.list({ limit: 2 });
    await hypervisor.vms.get('a'); // there was room for two
    expect(reads).toBe(7);
    await hypervisor.guests.addresses('a');
    await hypervisor.guests.addresses('a');
    expect(reads).toBe(9); // what a guest says is always asked
  });

  it('answers anew when the time is over', async () => {
    let nowMs = 0;
    const clock = { now: () => nowMs, monotonic: () => nowMs, sleep: async () => {} };
    const hypervisor = cache({ ttlMs: 100, clock })(memory);
    await memory.vms.create({ name: 'a' });
    await hypervisor.vms.get('a');
    await memory.vms.start('a');
    expect((await hypervisor.vms.get('a')).state).toBe('stopped');
    nowMs = 100;
    expect((await hypervisor.vms.get('a')).state).toBe('running');
  });

  it('asks a policy who may do what', async () => {
    const hypervisor = policy(({ changes, subject }) =>
      !changes || subject?.startsWith('dev-') ? true : 'only machines of dev',
    )(memory);
    await hypervisor.vms.create({ name: 'dev-1' });
    await expect(hypervisor.vms.create({ name: 'prod-1' })).rejects.toMatchObject({
      code: 'NOVA_HYPERVISOR_PERMISSION',
      message: 'vms.create of "prod-1" is not allowed: only machines of dev',
      retryable: false,
      details: { group: 'vms', operation: 'create', subject: 'prod-1' },
    });
    expect((await hypervisor.vms.list()).items.map(({ name }) => name)).toEqual(['dev-1']);
    const none = policy(() => false)(memory);
    await expect(
      none.volumes.download({ pool: 'default', name: 'x' })[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject({
      kind: 'permission',
      details: { subject: 'default/x' },
    });
  });

  it('lets nothing be changed that is read-only, in any group', async () => {
    await memory.vms.create({ name: 'a' });
    const hypervisor = readOnly()(memory);
    const refused = [
      hypervisor.vms.delete('a'),
      hypervisor.pools.create({ name: 'p', path: '/p' }),
      hypervisor.volumes.create({ pool: 'default', name: 'v', sizeBytes: 1 }),
      hypervisor.networks.delete('default'),
      hypervisor.snapshots.create('a', { name: 's' }),
      hypervisor.guests.execute('a', { path: '/bin/true' }),
      hypervisor.backups.create('a', { name: 'b', pool: 'default' }),
      hypervisor.migrations.migrate('a', memory),
    ];
    for (const result of await Promise.allSettled(refused))
      expect(result).toMatchObject({ status: 'rejected', reason: { kind: 'permission' } });
    expect((await hypervisor.host.info()).cpus).toBe(64);
    expect((await hypervisor.vms.get('a')).name).toBe('a');
  });

  it('stands around what comes from another host too', async () => {
    await using other = createMemoryHypervisor({ name: 'other', seed: 2, latenciesMs: quick });
    const records: AuditRecord[] = [];
    let allowed = false;
    const watched = applyMiddleware(
      other,
      policy(({ operation }) => operation !== 'receive' || allowed),
      audit({ write: (record) => void records.push(record) }),
    );
    await memory.vms.create({ name: 'a' });
    await expect(memory.migrations.migrate('a', readOnly()(other))).rejects.toMatchObject({
      kind: 'permission',
      message: expect.stringContaining('migrations.receive of "a"'),
    });
    await expect(memory.migrations.migrate('a', dryRun()(other))).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(memory.migrations.migrate('a', watched)).rejects.toMatchObject({ kind: 'permission' });
    expect((await other.vms.list()).items).toEqual([]);
    allowed = true;
    expect((await memory.migrations.migrate('a', watched)).vm.name).toBe('a');
    expect((await other.vms.list()).items.map(({ name }) => name)).toEqual(['a']);
    expect(records.map(({ hypervisor, operation, outcome }) => [hypervisor, operation, outcome])).toEqual([
      ['other', 'receive', 'begun'],
      ['other', 'receive', 'done'],
    ]);
  });

  it('writes down nothing that people write freely, for it may hold anything', async () => {
    const records: AuditRecord[] = [];
    const hypervisor = audit({ write: (record) => void records.push(record) })(memory);
    await hypervisor.vms.create(
      {
        name: 'a',
        graphics: { type: 'vnc', password: 'hunter2' },
        cloudInit: {
          pool: 'default',
          userData: '#cloud-config\npassword: hunter2',
          networkConfig: 'wifis: { x: hunter2 }',
        },
        xmlPatches: [
          { action: 'append', select: '/domain', xml: '<x passwd="hunter2"/>' },
          { action: 'set-attributes', select: '/domain', attributes: { passwd: 'hunter2' } },
          { action: 'set-text', select: '/domain/title', text: 'hunter2' },
        ],
      },
      { start: true },
    );
    await hypervisor.vms.create({ name: 'b', cloudInit: { pool: 'default', commands: [['echo', 'hunter2']] } });
    await hypervisor.guests.execute('a', { path: '/bin/x', environment: { KEY: 'hunter2' }, input: 'hunter2' });
    const definition = await memory.vms.definition('a');
    expect(definition.text).not.toContain('"password"');
    await hypervisor.vms.define({ ...definition, text: `${definition.text}hunter2` }, { name: 'c' }).catch(() => {});
    expect(records.length).toBe(8);
    expect(JSON.stringify(records)).not.toContain('hunter2');
    expect(records.find(({ operation }) => operation === 'execute')?.arguments[1]).toEqual({
      path: '/bin/x',
      environment: '[redacted]',
      input: '[redacted]',
    });
  });

  it('writes each change down, without secrets, before it is made and when it has ended', async () => {
    const records: AuditRecord[] = [];
    const hypervisor = audit({ write: (record) => void records.push(record), actor: () => 'alice' })(memory);
    await hypervisor.vms.create({
      name: 'a',
      cloudInit: { pool: 'default', user: 'ops', password: 'hunter2' } as never,
      disks: [
        { create: { pool: 'default', sizeBytes: 9, upload: [Uint8Array.of(1)] } },
        { create: { pool: 'default', sizeBytes: 9, encryption: { passphrase: 'hunter2' } } },
      ],
    });
    await hypervisor.vms.get('a');
    await hypervisor.vms.start('a');
    await hypervisor.guests.setPassword('a', 'root', 'hunter2');
    await hypervisor.vms.start('a').catch(() => {});
    expect(records.map(({ change, operation, outcome, errorCode }) => [change, operation, outcome, errorCode])).toEqual(
      [
        [1, 'create', 'begun', undefined],
        [1, 'create', 'done', undefined],
        [2, 'start', 'begun', undefined],
        [2, 'start', 'done', undefined],
        [3, 'setPassword', 'begun', undefined],
        [3, 'setPassword', 'done', undefined],
        [4, 'start', 'begun', undefined],
        [4, 'start', 'failed', 'NOVA_HYPERVISOR_CONFLICT'],
      ],
    );
    expect(records[1]).toMatchObject({
      actor: 'alice',
      subject: 'a',
      hypervisor: 'memory',
      durationMs: expect.any(Number),
    });
    expect(JSON.stringify(records)).not.toContain('hunter2');
    expect(records[0]?.arguments[0]).toMatchObject({
      disks: [{ create: { upload: ['[1 bytes]'] } }, { create: { encryption: { passphrase: '[redacted]' } } }],
    });
  });

  it('makes no change that can not be written down', async () => {
    const write = (): void => {
      throw new Error('the disk of the audit log is full');
    };
    const hypervisor = audit({ write })(memory);
    await expect(hypervisor.vms.create({ name: 'a' })).rejects.toThrow('the disk of the audit log is full');
    expect((await hypervisor.vms.list()).items).toEqual([]);
  });

  it('changes nothing in a dry run, and refuses what could not be made', async () => {
    await memory.vms.create({ name: 'a' }, { start: true });
    const changes: string[] = [];
    const hypervisor = dryRun(({ operation, subject }) => changes.push(`${operation} ${subject}`))(memory);
    const vm = await hypervisor.vms.create({ name: 'b', disks: [{ create: { pool: 'default', sizeBytes: 9 } }] });
    expect(vm).toMatchObject({ name: 'b', state: 'stopped', native: { state: 'dry-run' } });
    expect(vm.native['actions']).toEqual(['create volume b-vda.qcow2 in pool default', 'define VM b']);
    await expect(hypervisor.vms.create({ name: 'a' })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(hypervisor.vms.stop('nobody')).rejects.toMatchObject({ kind: 'not-found' });
    expect((await hypervisor.vms.stop('a')).state).toBe('stopped');
    expect(await hypervisor.vms.update('a', { owner: 'x' })).not.toHaveProperty('owner');
    expect(await hypervisor.vms.delete('a', { force: true })).toMatchObject({ name: 'a', stopped: 'forced' });
    expect(await hypervisor.networks.delete('default')).toBeUndefined();
    await expect(hypervisor.vms.attachDisk('a', { source: '/x' })).rejects.toMatchObject({ kind: 'unsupported' });
    await expect(hypervisor.guests.execute('a', { path: '/x' })).rejects.toMatchObject({ kind: 'unsupported' });
    expect(changes).toHaveLength(9);
    expect((await memory.vms.list()).items.map(({ name, state }) => [name, state])).toEqual([['a', 'running']]);
    expect((await memory.networks.list()).length).toBe(1);
  });

  it('tells diagnostics channels of calls, and of nothing that is secret', async () => {
    const seen: [string, TracedCall][] = [];
    const listeners = (['start', 'asyncEnd', 'error'] as const).map((name) => {
      const listener = (message: unknown): void => void seen.push([name, message as TracedCall]);
      subscribe(`tracing:novacron.hypervisor:${name}`, listener);
      return () => unsubscribe(`tracing:novacron.hypervisor:${name}`, listener);
    });
    const hypervisor = tracing()(memory);
    await hypervisor.vms.create({ name: 'a' });
    await hypervisor.vms.start('nobody').catch(() => {});
    for (const end of listeners) end();
    await hypervisor.vms.list();
    expect(seen.map(([name, { operation, subject, changes }]) => [name, operation, subject, changes])).toEqual([
      ['start', 'create', 'a', true],
      ['asyncEnd', 'create', 'a', true],
      ['start', 'start', 'nobody', true],
      ['error', 'start', 'nobody', true],
      ['asyncEnd', 'start', 'nobody', true],
    ]);
    expect(Object.keys(seen[0]?.[1] ?? {})).not.toContain('arguments');
  });

  it('closes what it stands around, and hands events on', async () => {
    const hypervisor = applyMiddleware(memory, readOnly(), tracing());
    const events = hypervisor.events()[Symbol.asyncIterator]();
    await memory.vms.create({ name: 'a' });
    expect((await events.next()).value).toMatchObject({ type: 'created', name: 'a' });
    await hypervisor.close();
    await expect(memory.vms.list()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
