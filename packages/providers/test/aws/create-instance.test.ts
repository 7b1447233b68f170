import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hypervisor, Vm, VmSpec } from '@novacron/hypervisor';
import { fakeAws, spec, type FakeAws } from './fake-aws.ts';

let aws: FakeAws;
let hypervisor: Hypervisor;
beforeEach(async () => {
  aws = await fakeAws();
  hypervisor = await aws.open();
});
afterEach(async () => {
  await hypervisor.close();
  await aws[Symbol.asyncDispose]();
});

describe('create on EC2', () => {
  it('asks for exactly one instance, tagged, with the caller’s token', async () => {
    const vm = await hypervisor.vms.create(
      { ...spec('tagged'), description: 'a <box>', tags: { role: 'web' }, networks: [{ network: 'subnet-1' }] },
      { start: true, clientToken: 'deploy-1' },
    );
    expect(aws.ec2.requests.find(({ action }) => action === 'RunInstances')?.input).toEqual({
      ImageId: 'ami-0abcdef1234567890',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ClientToken: 'deploy-1',
      NetworkInterfaces: [{ DeviceIndex: 0, SubnetId: 'subnet-1' }],
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'Name', Value: 'tagged' },
            { Key: 'novacron:description', Value: 'a <box>' },
            { Key: 'role', Value: 'web' },
          ],
        },
      ],
    });
    expect(vm).toMatchObject({
      vcpus: 2,
      tags: { role: 'web' },
      description: 'a <box>',
      native: { instanceType: 't3.micro' },
    });
    await hypervisor.vms.delete(vm.id, { force: true });
  });

  it('makes one machine when the answer to a create was lost and the caller tries again', async () => {
    aws.ec2.failures.push({ action: 'RunInstances', code: 'InternalError', status: 500, afterwards: true });
    const create = (): Promise<unknown> => hypervisor.vms.create(spec('once'), { start: true, clientToken: 'once-1' });
    await expect(create()).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
    await create();
    expect((await hypervisor.vms.list({ namePrefix: 'once' })).items).toHaveLength(1);
    await hypervisor.vms.delete('once', { force: true });
  });

  it('names all that EC2 needs and can not do', async () => {
    const wrong = {
      name: 'x',
      disks: [{ source: 'a' }],
      networks: [{ network: 'subnet-1', model: 'e1000' as const, macAddress: '52:54:00:12:34:56' }],
      directBoot: { kernel: '/k' },
      tags: { Name: 'y' },
    };
    const error: unknown = await hypervisor.vms.create(wrong).catch((reason: unknown) => reason);
    const { problems } = (error as { details: { problems: { path: string }[] } }).details;
    expect(problems.map(({ path }) => path)).toEqual([
      'image',
      'size',
      'disks',
      'networks[0].model',
      'networks[0].macAddress',
      'directBoot',
      'tags["Name"]',
    ]);
    expect(aws.ec2.requests).toEqual([]);
  });

  it.each([undefined, null, 7, []])('refuses %j, which is no specification', async (nonsense) => {
    await expect(hypervisor.vms.create(nonsense as unknown as VmSpec)).rejects.toMatchObject({ kind: 'invalid' });
  });

  it.each(['', 'x'.repeat(65)])('refuses the client token %j before anything is asked', async (clientToken) => {
    await expect(hypervisor.vms.create(spec('x'), { clientToken })).rejects.toMatchObject({ kind: 'invalid' });
    expect(aws.ec2.requests).toEqual([]);
  });

  it('leaves a machine alone that a token made before, unless it shall start', async () => {
    const create = (start: boolean): Promise<Vm> =>
      hypervisor.vms.create(spec('kept'), { start, clientToken: 'kept-1' });
    const { id } = await create(true);
    expect(await create(false)).toMatchObject({ id, state: 'running' });
    expect(aws.asked('StopInstances')).toBe(0);
    await hypervisor.vms.stop(id);
    expect(await create(false)).toMatchObject({ id, state: 'stopped' });
    expect(await create(true)).toMatchObject({ id, state: 'running' });
    expect(aws.asked('StartInstances')).toBe(1);
  });

  it('turns off what it launched though the first answer was lost', async () => {
    aws.ec2.transitionMs = 100;
    aws.ec2.failures.push({ action: 'RunInstances', code: 'InternalError', status: 500, afterwards: true });
    const create = (): Promise<Vm> => hypervisor.vms.create(spec('off'), { clientToken: 'off-1' });
    await expect(create()).rejects.toMatchObject({ kind: 'unavailable' });
    expect((await create()).state).toBe('stopped');
  });

  it('waits for a machine that is stopping before it starts it', async () => {
    const options = { start: true, clientToken: 'again-1' };
    const { id } = await hypervisor.vms.create(spec('again'), options);
    aws.ec2.transitionMs = 300;
    const stopping = hypervisor.vms.stop(id).catch(() => {}); // it may look away while the machine is off
    await expect.poll(async () => (await hypervisor.vms.get(id)).state).toBe('stopping');
    const created = await hypervisor.vms.create(spec('again'), options);
    expect(created).toMatchObject({ id, state: 'running' });
    await stopping;
  });

  it.each([
    ['off', [false, false, false], 'stopped'],
    ['on', [true, true, true], 'running'],
    ['mixed', [false, true, false], 'running'],
  ])('makes one machine of concurrent creates with one token: %s', async (name, starts, state) => {
    const vms = await Promise.all(
      starts.map((start) => hypervisor.vms.create(spec(name), { start, clientToken: `${name}-1` })),
    );
    expect(new Set(vms.map(({ id }) => id)).size).toBe(1);
    expect((await hypervisor.vms.get(name)).state).toBe(state);
    expect(aws.asked('RunInstances')).toBe(3);
  });

  it('makes one machine for two drivers that use one token', async () => {
    await using other = await aws.open();
    const options = { clientToken: 'shared-1' };
    const [one, two] = await Promise.all([hypervisor, other].map(({ vms }) => vms.create(spec('shared'), options)));
    expect(one).toMatchObject({ id: two?.id, state: 'stopped' });
    expect(two?.state).toBe('stopped');
  });

  it('launches nothing for a create that was given up while it waited for its turn', async () => {
    const stop = new AbortController();
    const options = { clientToken: 'turn-1' };
    const first = hypervisor.vms.create(spec('turn'), options);
    const second = hypervisor.vms.create(spec('turn'), { ...options, signal: stop.signal });
    stop.abort();
    await expect(second).rejects.toMatchObject({ kind: 'aborted' });
    await first;
    await hypervisor.vms.get('turn');
    expect(aws.asked('RunInstances')).toBe(1);
  });

  it('goes on with a token after a create that failed', async () => {
    aws.ec2.failures.push({ action: 'RunInstances', code: 'InsufficientInstanceCapacity', status: 500 });
    const create = (): Promise<Vm> => hypervisor.vms.create(spec('second'), { clientToken: 'second-1' });
    const results = await Promise.allSettled([create(), create()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('refuses a token whose machine is gone, and one that was used for another machine', async () => {
    const options = { clientToken: 'dead-1' };
    const { id } = await hypervisor.vms.create(spec('dead'), options);
    await expect(hypervisor.vms.create(spec('other'), options)).rejects.toMatchObject({
      kind: 'conflict',
      details: { awsCode: 'IdempotentParameterMismatch' },
    });
    await hypervisor.vms.delete(id);
    await expect(hypervisor.vms.create(spec('dead'), options)).rejects.toMatchObject({
      kind: 'conflict',
      details: { awsCode: 'IdempotentInstanceTerminated' },
    });
  });

  it('names the instance that a failed create has left behind', async () => {
    aws.ec2.failures.push({ action: 'StopInstances', code: 'UnauthorizedOperation', status: 403 });
    const error: unknown = await hypervisor.vms.create(spec('orphan')).catch((reason: unknown) => reason);
    const { id } = await hypervisor.vms.get('orphan');
    expect(error).toMatchObject({
      code: 'NOVA_HYPERVISOR_PERMISSION',
      message: expect.stringContaining(id),
      details: { id, vm: 'orphan', awsCode: 'UnauthorizedOperation' },
    });
  });

  it.each(['timeout', 'aborted'])('names it after a create that ended by %s too', async (kind) => {
    aws.ec2.transitionMs = 10_000;
    const options = kind === 'timeout' ? { timeoutMs: 400 } : { signal: AbortSignal.timeout(400) };
    const error: unknown = await hypervisor.vms.create(spec('late'), options).catch((reason: unknown) => reason);
    const { id } = await hypervisor.vms.get('late');
    expect(error).toMatchObject({ kind, code: `NOVA_CORE_${kind.toUpperCase()}`, details: { id } });
  });

  it('does not start again what was stopped while it was made', async () => {
    aws.ec2.transitionMs = 10_000;
    const creating = hypervisor.vms.create(spec('unwanted'), { start: true }).catch((reason: unknown) => reason);
    const { id } = await aws.seen('unwanted', hypervisor);
    aws.ec2.put(id, 'stopped');
    expect(await creating).toMatchObject({ kind: 'conflict', details: { id, state: 'stopped' } });
    expect(aws.asked('StartInstances')).toBe(0);
  });

  it('says where a launch went that did not come up', async () => {
    aws.ec2.transitionMs = 10_000;
    const creating = hypervisor.vms.create(spec('broken'), { start: true }).catch((reason: unknown) => reason);
    const { id } = await aws.seen('broken', hypervisor);
    aws.ec2.put(id, 'terminated');
    expect(await creating).toMatchObject({ kind: 'conflict', details: { id, state: 'deleted' } });
  });
});
