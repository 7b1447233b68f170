import { describeHypervisor } from '@novacron/hypervisor/testing';
import { createAwsHypervisor, type AwsOptions } from '@novacron/providers/aws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeAws, spec, type FakeAws } from './fake-aws.ts';

let aws: FakeAws;
beforeAll(async () => {
  aws = await fakeAws();
});
afterAll(() => aws[Symbol.asyncDispose]());

describeHypervisor('aws', { open: () => aws.open(), spec });

describe('the AWS driver', () => {
  it('reads all pages of a list', async () => {
    await using hypervisor = await aws.open();
    const names = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'];
    await Promise.all(names.map((name) => hypervisor.vms.create(spec(name), { start: true })));
    expect((await hypervisor.vms.list({ namePrefix: 'page-' })).items.map(({ name }) => name)).toEqual(names);
    await Promise.all(names.map((name) => hypervisor.vms.delete(name, { force: true })));
  });

  it('refuses a name that several machines share and lists their ids', async () => {
    await using hypervisor = await aws.open();
    const vms = await Promise.all([1, 2].map(() => hypervisor.vms.create(spec('twin'), { start: true })));
    await expect(hypervisor.vms.stop('twin')).rejects.toMatchObject({
      kind: 'conflict',
      details: { vm: 'twin', ids: expect.arrayContaining(vms.map(({ id }) => id)) },
    });
    await Promise.all(vms.map(({ id }) => hypervisor.vms.delete(id, { force: true })));
  });

  it('takes a name as it is, wildcards too', async () => {
    await using hypervisor = await aws.open();
    const { id } = await hypervisor.vms.create(spec('star*'), { start: true });
    const other = await hypervisor.vms.create(spec('starlight'), { start: true });
    expect((await hypervisor.vms.get('star*')).id).toBe(id);
    await Promise.all([id, other.id].map((vm) => hypervisor.vms.delete(vm, { force: true })));
  });

  it('leaves a client that it was given open', async () => {
    const sent: unknown[] = [];
    const client = {
      send: async (command: unknown) => {
        sent.push(command);
        return { Reservations: [] };
      },
    };
    await using hypervisor = await aws.open({ client: client as unknown as NonNullable<AwsOptions['client']> });
    expect((await hypervisor.vms.list()).items).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it('has no events, and says that it is closed once it is', async () => {
    const hypervisor = await aws.open();
    const first = (): Promise<unknown> => hypervisor.events()[Symbol.asyncIterator]().next();
    await expect(first()).rejects.toMatchObject({ kind: 'unsupported' });
    await hypervisor.close();
    await expect(first()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('leaves the decision about a state that it does not know to EC2', async () => {
    await using hypervisor = await aws.open();
    const { id } = await hypervisor.vms.create(spec('frozen'), { start: true });
    aws.ec2.put(id, 'frozen');
    expect(await hypervisor.vms.get(id)).toMatchObject({ state: 'unknown', native: { state: 'frozen' } });
    const asked = aws.ec2.requests.length;
    await expect(hypervisor.vms.reboot(id)).rejects.toMatchObject({
      kind: 'conflict',
      details: { awsCode: 'IncorrectInstanceState' },
    });
    expect(aws.ec2.requests.slice(asked).map(({ action }) => action)).toContain('RebootInstances');
    await hypervisor.vms.delete(id);
    await expect(hypervisor.vms.get(id)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('waits on while EC2 shows a state that it does not know', async () => {
    await using slow = await fakeAws();
    slow.ec2.transitionMs = 10_000;
    await using hypervisor = await slow.open();
    const creating = hypervisor.vms.create(spec('odd'), { start: true });
    const { id } = await slow.seen('odd', hypervisor);
    slow.ec2.put(id, 'warming');
    const looks = slow.asked('DescribeInstances');
    await expect.poll(() => slow.asked('DescribeInstances')).toBeGreaterThan(looks + 3);
    slow.ec2.put(id, 'running');
    expect((await creating).state).toBe('running');
  });

  it('takes an instance that EC2 has forgotten for deleted', async () => {
    await using forgetful = await fakeAws();
    forgetful.ec2.forgetsTerminated = true;
    await using hypervisor = await forgetful.open();
    const { id } = await hypervisor.vms.create(spec('gone'), { start: true });
    await hypervisor.vms.delete(id, { force: true, timeoutMs: 2_000 });
    await expect(hypervisor.vms.get(id)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('refuses to delete what goes already, even by force', async () => {
    await using slow = await fakeAws();
    await using hypervisor = await slow.open();
    const { id } = await hypervisor.vms.create(spec('leaving'), { start: true });
    slow.ec2.put(id, 'shutting-down');
    await expect(hypervisor.vms.delete(id, { force: true, timeoutMs: 1_000 })).rejects.toMatchObject({
      kind: 'conflict',
      details: { vm: id, state: 'deleting' },
    });
  });

  it('tells when a machine was made, which does not change when it is started again', async () => {
    await using hypervisor = await aws.open();
    const made = await hypervisor.vms.create(spec('aged'));
    expect(made.createdMs).toBeGreaterThan(Date.now() - 60_000);
    expect((await hypervisor.vms.start(made.id)).createdMs).toBe(made.createdMs);
    await hypervisor.vms.delete(made.id, { force: true });
  });

  it('needs a region', async () => {
    await expect(createAwsHypervisor({ region: '' })).rejects.toMatchObject({ code: 'NOVA_PROVIDER_INVALID' });
  });
});
