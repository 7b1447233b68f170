import { describeHypervisorSpeed } from '@novacron/hypervisor/testing';
import { afterAll, beforeAll } from 'vitest';
import { fakeAws, spec, type FakeAws } from './fake-aws.ts';

let aws: FakeAws;
beforeAll(async () => {
  aws = await fakeAws();
});
afterAll(() => aws[Symbol.asyncDispose]());

describeHypervisorSpeed('aws', { open: () => aws.open(), spec });
