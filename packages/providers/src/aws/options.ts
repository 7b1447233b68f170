import type { Clock } from '@novacron/core';
import type { EC2Client, EC2ClientConfig } from '@aws-sdk/client-ec2';

/** The part of `@aws-sdk/client-ec2` that the driver uses. */
export type Ec2Library = Pick<
  typeof import('@aws-sdk/client-ec2'),
  | 'EC2Client'
  | 'DescribeInstancesCommand'
  | 'RebootInstancesCommand'
  | 'RunInstancesCommand'
  | 'StartInstancesCommand'
  | 'StopInstancesCommand'
  | 'TerminateInstancesCommand'
>;

/** How EC2 is reached. */
export interface AwsOptions {
  /** The region: `eu-central-1`. Also what the hypervisor calls itself. */
  readonly region: string;
  /**
   * Passed to the SDK's client as it is: credentials, endpoint, retries.
   *
   * @default the SDK's own, which finds credentials in the environment
   */
  readonly clientConfig?: Omit<EC2ClientConfig, 'region'> | undefined;
  /** A client of the caller's own instead; the driver does not close it. */
  readonly client?: Pick<EC2Client, 'send'> | undefined;
  /** The SDK, for callers that bundle it. @default `import('@aws-sdk/client-ec2')`, loaded when the driver is made */
  readonly library?: Ec2Library | undefined;
  /** How long to wait between two looks at a machine that changes, in milliseconds. @default 2000 */
  readonly pollIntervalMs?: number | undefined;
  /** Times the waits. @default the system's clock */
  readonly clock?: Clock | undefined;
}
