import { ModelViolation } from './ec2-model.ts';

/** What the fake knows of an instance. */
export interface FakeInstance {
  readonly InstanceId: string;
  readonly InstanceType: string;
  readonly ImageId: string;
  readonly createdTime: Date;
  /** When it was started last. */
  launchTime: Date;
  /** The request that made it. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly token: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  state: string;
  /** Where it is going, and when it gets there. */
  next: { readonly state: string; readonly atMs: number } | undefined;
}

/** A filter of a request. */
export interface Filter {
  readonly Name: string;
  readonly Values: readonly string[];
}

const stateCodes: Readonly<Record<string, number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** Takes an instance on to its next state when it is time. */
export function advance(instance: FakeInstance): void {
  if (instance.next === undefined || performance.now() < instance.next.atMs) return;
  instance.state = instance.next.state;
  instance.next = undefined;
}

/** Refuses a request that the state does not allow. */
export function assertState(instance: FakeInstance, allowed: readonly string[]): void {
  if (allowed.includes(instance.state)) return;
  throw new ModelViolation('IncorrectInstanceState', `The instance '${instance.InstanceId}' is ${instance.state}`);
}

/** The error of an instance that is not there. */
export function notFound(ids: readonly string[]): ModelViolation {
  return new ModelViolation('InvalidInstanceID.NotFound', `The instance IDs '${ids.join(', ')}' do not exist`);
}

/** Whether an instance passes a filter; only tags are known. */
export function matches(instance: FakeInstance, { Name, Values }: Filter): boolean {
  if (!Name.startsWith('tag:')) throw new ModelViolation('InvalidParameterValue', `The fake has no filter ${Name}`);
  const value = instance.tags.find(({ Key }) => Key === Name.slice(4))?.Value;
  return value !== undefined && Values.some((wanted) => wildcard(wanted).test(value));
}

/** EC2's filter values: `*` and `?` are wildcards, a backslash makes the next character itself. */
function wildcard(pattern: string): RegExp {
  const parts = pattern.match(/\\.|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    return part.slice(-1).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`);
}

/** A state as EC2 writes it. */
export const state = (name: string): object => ({ Code: stateCodes[name] ?? 255, Name: name });

/** An instance as EC2 writes it; its network card was attached when it was made, whenever it was started since. */
export function reservation(instance: FakeInstance): Record<string, unknown> {
  const { InstanceId, InstanceType, ImageId, launchTime, createdTime, tags } = instance;
  const shown = {
    InstanceId,
    InstanceType,
    ImageId,
    LaunchTime: launchTime,
    State: state(instance.state),
    Tags: tags,
    CpuOptions: { CoreCount: 1, ThreadsPerCore: 2 },
    NetworkInterfaces: [{ Attachment: { AttachTime: createdTime, DeviceIndex: 0 } }],
  };
  return { ReservationId: `r-${InstanceId.slice(2)}`, Instances: [shown] };
}
