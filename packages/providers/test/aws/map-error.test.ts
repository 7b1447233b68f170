import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Hypervisor } from '@novacron/hypervisor';
import type { AwsOptions } from '@novacron/providers/aws';
import { credentials, fakeAws, spec, type FakeAws } from './fake-aws.ts';

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

/** The error that a driver throws when its SDK throws this. */
async function thrown(error: unknown): Promise<unknown> {
  const client = { send: () => Promise.reject(error) } as unknown as NonNullable<AwsOptions['client']>;
  await using broken = await aws.open({ client });
  return await broken.vms.list().catch((reason: unknown) => reason);
}

/** All that a log could show of a value, hidden fields too. */
const shown = (value: unknown): string => inspect(value, { depth: 20, showHidden: true, getters: true });

describe('an error of EC2', () => {
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
    aws.ec2.failures.push({ action: 'RunInstances', code, status });
    await expect(hypervisor.vms.create(spec('refused'))).rejects.toMatchObject({
      code: `NOVA_HYPERVISOR_${kind.toUpperCase().replace('-', '_')}`,
      kind,
      retryable,
      details: { awsCode: code, vm: 'refused', requestId: expect.stringContaining('request-') },
    });
  });

  it.each([
    ['EAI_AGAIN', 'unavailable'],
    ['EHOSTUNREACH', 'unavailable'],
    ['ENETUNREACH', 'unavailable'],
    ['ECONNABORTED', 'unavailable'],
    ['ECONNRESET', 'unavailable'],
    ['ETIMEDOUT', 'timeout'],
  ])('calls the network’s %s %s, which may pass', async (code, kind) => {
    const error = await thrown(Object.assign(new Error(`connect ${code} 192.0.2.1:443`), { code }));
    expect(error).toMatchObject({ kind, retryable: true, message: `EC2: connect ${code} 192.0.2.1:443` });
  });

  it('says what it can of an error without a message, and of a value that is none', async () => {
    expect(await thrown(new AggregateError([], ''))).toMatchObject({
      kind: 'internal',
      message: 'EC2: AggregateError',
    });
    expect(await thrown('nonsense')).toMatchObject({ kind: 'internal', message: 'EC2: nonsense' });
    expect(await thrown(undefined)).toMatchObject({ kind: 'internal' });
  });

  it('says that nobody listens', async () => {
    await using lonely = await aws.open({
      clientConfig: { endpoint: 'http://127.0.0.1:1', credentials, maxAttempts: 1 },
    });
    const error: unknown = await lonely.vms.list().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      kind: 'unavailable',
      retryable: true,
      cause: { message: expect.stringContaining('ECONNREFUSED'), code: 'ECONNREFUSED' },
    });
    expect(shown(error)).not.toContain('not-so-secret');
  });

  it('shows no secret, not in its cause and no hidden field either', async () => {
    aws.ec2.failures.push({ action: 'DescribeInstances', code: 'AuthFailure', status: 401 });
    const error: unknown = await hypervisor.vms.list().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ kind: 'auth-expired', cause: { name: 'AuthFailure', message: 'as it was told to' } });
    expect((error as { cause: { requestId: string } }).cause.requestId).toMatch(/^request-/);
    expect(shown(error)).toContain('as it was told to');
    expect(shown(error)).not.toContain('not-so-secret');
  });

  it('leaves out the signed request that some messages repeat', async () => {
    const message = 'The signature does not match.\n\nThe Canonical String was\nx-amz-security-token:not-so-secret';
    const error = await thrown(Object.assign(new Error(message), { name: 'SignatureDoesNotMatch' }));
    expect(error).toMatchObject({ message: 'EC2: The signature does not match.' });
    expect(shown(error)).not.toContain('not-so-secret');
  });

  it('keeps the place where a fault was made', async () => {
    const fault = new TypeError('x is not a function');
    const error = await thrown(fault);
    expect((error as { cause: Error }).cause.stack).toContain('map-error.test.ts');
  });
});
