import { describeHypervisor } from '@novacron/hypervisor/testing';
import { createAwsHypervisor, type AwsOptions } from '@novacron/providers/aws';
import type { Hypervisor, VmSpec } from '@novacron/hypervisor';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeEc2 } from './fake-ec2.ts';

const spec = (name: string): VmSpec => ({ name, image: 'ami-0abcdef1234567890', size: 't3.micro' });
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-so-secret-key' };

let ec2: FakeEc2;
let endpoint: string;

const open = (options: Partial<AwsOptions> = {}): Promise<Hypervisor> =>
  createAwsHypervisor({
    region: 'eu-central-1',
    clientConfig: { endpoint, credentials, maxAttempts: 1 },
    pollIntervalMs: 5,
    ...options,
  });

beforeAll(async () => {
  ec2 = new FakeEc2();
  endpoint = await ec2.listen();
});
afterAll(() => ec2[Symbol.asyncDispose]());

describeHypervisor('aws', { open, spec });

describe('the AWS driver', () => {
  beforeEach(() => {
    ec2.requests.length = 0;
    ec2.failures.length = 0;
    ec2.ignoresStop = false;
  });

  it('asks for exactly one instance, tagged, with the caller’s token', async () => {
    await using hypervisor = await open();
    const vm = await hypervisor.vms.create(
      { ...spec('tagged'), description: 'a <box>', tags: { role: 'web' }, networks: [{ network: 'subnet-1' }] },
      { start: true, clientToken: 'deploy-1' },
    );
    expect(ec2.requests.find(({ action }) => action === 'RunInstances')?.input).toEqual({
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
    await using hypervisor = await open();
    ec2.failures.push({ action: 'RunInstances', code: 'InternalError', status: 500, afterwards: true });
    const create = (): Promise<unknown> => hypervisor.vms.create(spec('once'), { start: true, clientToken: 'once-1' });
    await expect(create()).rejects.toMatchObject({ kind: 'unavailable', retryable: true });
    await create();
    expect((await hypervisor.vms.list({ namePrefix: 'once' })).items).toHaveLength(1);
    await hypervisor.vms.delete('once', { force: true });
  });

  it('reads all pages of a list', async () => {
    await using hypervisor = await open();
    const names = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'];
    await Promise.all(names.map((name) => hypervisor.vms.create(spec(name), { start: true })));
    expect((await hypervisor.vms.list({ namePrefix: 'page-' })).items.map(({ name }) => name)).toEqual(names);
    await Promise.all(names.map((name) => hypervisor.vms.delete(name, { force: true })));
  });

  it('refuses a name that several machines share and lists their ids', async () => {
    await using hypervisor = await open();
    const vms = await Promise.all([1, 2].map(() => hypervisor.vms.create(spec('twin'), { start: true })));
    await expect(hypervisor.vms.stop('twin')).rejects.toMatchObject({
      kind: 'conflict',
      details: { vm: 'twin', ids: expect.arrayContaining(vms.map(({ id }) => id)) },
    });
    await Promise.all(vms.map(({ id }) => hypervisor.vms.delete(id, { force: true })));
  });

  it('takes a name as it is, wildcards too', async () => {
    await using hypervisor = await open();
    const { id } = await hypervisor.vms.create(spec('star*'), { start: true });
    const other = await hypervisor.vms.create(spec('starlight'), { start: true });
    expect((await hypervisor.vms.get('star*')).id).toBe(id);
    await Promise.all([id, other.id].map((vm) => hypervisor.vms.delete(vm, { force: true })));
  });

  it('forces a stop that the guest ignores, or fails when asked to', async () => {
    await using hypervisor = await open();
    const { id } = await hypervisor.vms.create(spec('stubborn'), { start: true });
    ec2.ignoresStop = true;
    await expect(hypervisor.vms.stop(id, { graceMs: 40, afterGrace: 'fail' })).rejects.toMatchObject({
      kind: 'timeout',
    });
    await hypervisor.vms.delete(id, { force: true });
    const again = await hypervisor.vms.create(spec('stubborn'), { start: true });
    expect((await hypervisor.vms.stop(again.id, { graceMs: 40 })).state).toBe('stopped');
    await hypervisor.vms.delete(again.id);
  });

  it('names all that EC2 needs and can not do', async () => {
    await using hypervisor = await open();
    const wrong = { name: 'x', disks: [{ source: 'a' }], directBoot: { kernel: '/k' }, tags: { Name: 'y' } };
    const error: unknown = await hypervisor.vms
      .create(wrong, { clientToken: 'x'.repeat(65) })
      .catch((reason: unknown) => reason);
    const { problems } = (error as { details: { problems: { path: string }[] } }).details;
    expect(problems.map(({ path }) => path)).toEqual([
      'image',
      'size',
      'disks',
      'directBoot',
      'clientToken',
      'tags["Name"]',
    ]);
    expect(ec2.requests).toEqual([]);
  });

  it.each([
    ['UnauthorizedOperation', 403, 'permission', false],
    ['RequestExpired', 400, 'auth-expired', false],
    ['RequestLimitExceeded', 503, 'throttled', true],
    ['InsufficientInstanceCapacity', 500, 'capacity', false],
    ['VcpuLimitExceeded', 400, 'quota', false],
    ['InvalidAMIID.NotFound', 400, 'invalid', false],
    ['SomethingNew', 502, 'unavailable', true],
    ['SomethingNew', 429, 'throttled', true],
    ['SomethingNew', 403, 'permission', false],
    ['SomethingNew', 418, 'invalid', false],
  ])('says of %s (%i): %s', async (code, status, kind, retryable) => {
    await using hypervisor = await open();
    ec2.failures.push({ action: 'RunInstances', code, status });
    await expect(hypervisor.vms.create(spec('refused'))).rejects.toMatchObject({
      code: `NOVA_HYPERVISOR_${kind.toUpperCase().replace('-', '_')}`,
      kind,
      retryable,
      details: { awsCode: code, vm: 'refused', requestId: expect.stringContaining('request-') },
    });
  });

  it('says that nobody listens, and never shows a secret', async () => {
    await using hypervisor = await open({
      clientConfig: { endpoint: 'http://127.0.0.1:1', credentials, maxAttempts: 1 },
    });
    const error: unknown = await hypervisor.vms.list().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'unavailable', retryable: true });
    expect(JSON.stringify(error)).not.toContain(credentials.secretAccessKey);
  });

  it('leaves a client that it was given open', async () => {
    const sent: unknown[] = [];
    const client = {
      send: async (command: unknown) => {
        sent.push(command);
        return { Reservations: [] };
      },
    };
    await using hypervisor = await open({ client: client as unknown as NonNullable<AwsOptions['client']> });
    expect((await hypervisor.vms.list()).items).toEqual([]);
    expect(sent).toHaveLength(1);
  });

  it('needs a region', async () => {
    await expect(createAwsHypervisor({ region: '' })).rejects.toMatchObject({ code: 'NOVA_PROVIDER_INVALID' });
  });
});
