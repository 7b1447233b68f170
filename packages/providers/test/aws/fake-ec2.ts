import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ModelViolation, readRequest, writeResponse } from './ec2-model.ts';

interface FakeInstance {
  readonly InstanceId: string;
  readonly InstanceType: string;
  readonly ImageId: string;
  readonly LaunchTime: Date;
  readonly token: string | undefined;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  state: string;
  /** Where it is going, and when it gets there. */
  next: { readonly state: string; readonly atMs: number } | undefined;
}

interface Answer {
  readonly status: number;
  readonly requestId: string;
  readonly xml: string;
}

interface Filter {
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

/** A failure that the next request of an action answers with. */
export interface FakeFailure {
  readonly action: string;
  readonly code: string;
  readonly status: number;
  /** How many requests fail. @default 1 */
  times?: number;
  /** Do the work all the same: the answer is lost, not the request. @default false */
  readonly afterwards?: boolean;
}

/**
 * A small EC2 over a real socket. Every request is checked against the vendor's own service model, and every answer is
 * written by it; transitions take `transitionMs`; pages hold two reservations.
 */
export class FakeEc2 implements AsyncDisposable {
  readonly requests: { readonly action: string; readonly input: Record<string, unknown> }[] = [];
  readonly failures: FakeFailure[] = [];
  transitionMs = 15;
  /** How long a new instance is not found everywhere yet. */
  inconsistentMs = 10;
  /** An instance that ignores the request to shut down, unless forced. */
  ignoresStop = false;
  readonly #instances = new Map<string, FakeInstance>();
  readonly #server: Server;
  #serial = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const { status, xml, requestId } = this.#answer(new URLSearchParams(body), request.headers.authorization ?? '');
        response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': requestId }).end(xml);
      });
    });
  }

  /** Listens on a free port of this machine and gives its address. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  #answer(parameters: URLSearchParams, authorization: string): Answer {
    const requestId = `request-${++this.#serial}`;
    const action = parameters.get('Action') ?? '';
    try {
      if (!/^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/ec2\/aws4_request, /.test(authorization)) {
        throw new ModelViolation('AuthFailure', 'The request is not signed for EC2');
      }
      const fields = new Map([...parameters].filter(([name]) => name !== 'Action' && name !== 'Version'));
      const input = readRequest(action, fields);
      this.requests.push({ action, input });
      const failure = this.failures.find((each) => each.action === action);
      if (failure !== undefined) {
        failure.times = (failure.times ?? 1) - 1;
        if (failure.times <= 0) this.failures.splice(this.failures.indexOf(failure), 1);
        if (failure.afterwards) this.#act(action, input);
        return { status: failure.status, requestId, xml: errorXml(failure.code, 'as it was told to', requestId) };
      }
      return { status: 200, requestId, xml: writeResponse(action, this.#act(action, input), requestId) };
    } catch (error) {
      if (!(error instanceof ModelViolation)) throw error;
      return { status: 400, requestId, xml: errorXml(error.code, error.message, requestId) };
    }
  }

  #act(action: string, input: Record<string, unknown>): Record<string, unknown> {
    for (const instance of this.#instances.values()) advance(instance);
    const ids = (input['InstanceIds'] ?? []) as string[];
    switch (action) {
      case 'RunInstances':
        return this.#run(input);
      case 'DescribeInstances':
        return this.#describe(ids, (input['Filters'] ?? []) as Filter[], input['NextToken'] as string | undefined);
      case 'StartInstances':
        return this.#change(ids, ['stopped'], 'pending', 'running', 'StartingInstances');
      case 'StopInstances': {
        const ignored = this.ignoresStop && input['Force'] !== true;
        return this.#change(
          ids,
          ['running', 'pending', 'stopping', 'stopped'],
          'stopping',
          ignored ? 'stopping' : 'stopped',
          'StoppingInstances',
        );
      }
      case 'TerminateInstances':
        return this.#change(ids, Object.keys(stateCodes), 'shutting-down', 'terminated', 'TerminatingInstances');
      case 'RebootInstances':
        for (const instance of this.#named(ids)) assertState(instance, ['running']);
        return {};
      default:
        throw new ModelViolation('InvalidAction', `There is no action ${action}`);
    }
  }

  #run(input: Record<string, unknown>): Record<string, unknown> {
    const token = input['ClientToken'] as string | undefined;
    const known = token === undefined ? undefined : [...this.#instances.values()].find((each) => each.token === token);
    if (known !== undefined) return reservation(known);
    const image = String(input['ImageId']);
    if (!/^ami-[0-9a-f]{8,17}$/.test(image)) throw new ModelViolation('InvalidAMIID.Malformed', `No image ${image}`);
    const specifications = (input['TagSpecifications'] ?? []) as { Tags?: { Key: string; Value: string }[] }[];
    const instance: FakeInstance = {
      InstanceId: `i-${(++this.#serial).toString(16).padStart(17, '0')}`,
      InstanceType: String(input['InstanceType']),
      ImageId: image,
      LaunchTime: new Date(),
      token,
      tags: specifications.flatMap(({ Tags = [] }) => Tags),
      state: 'pending',
      next: { state: 'running', atMs: performance.now() + this.transitionMs },
    };
    this.#instances.set(instance.InstanceId, instance);
    return reservation(instance);
  }

  #describe(
    ids: readonly string[],
    filters: readonly Filter[],
    nextToken: string | undefined,
  ): Record<string, unknown> {
    const now = Date.now();
    const named = ids.length === 0 ? [...this.#instances.values()] : this.#named(ids);
    const visible = named.filter(({ LaunchTime }) => now - LaunchTime.getTime() >= this.inconsistentMs);
    if (ids.length > 0 && visible.length < ids.length) throw notFound(ids);
    const found = visible.filter((instance) => filters.every((filter) => matches(instance, filter)));
    const start = Number(nextToken ?? 0);
    const end = start + 2;
    return {
      Reservations: found.slice(start, end).map(reservation),
      NextToken: end < found.length ? String(end) : undefined,
    };
  }

  #change(
    ids: readonly string[],
    from: readonly string[],
    via: string,
    to: string,
    list: string,
  ): Record<string, unknown> {
    const changes = this.#named(ids).map((instance) => {
      assertState(instance, from);
      const previous = instance.state;
      if (previous !== to) {
        instance.state = via;
        instance.next = { state: to, atMs: performance.now() + this.transitionMs };
      }
      return { InstanceId: instance.InstanceId, PreviousState: state(previous), CurrentState: state(instance.state) };
    });
    return { [list]: changes };
  }

  #named(ids: readonly string[]): FakeInstance[] {
    const found = ids.flatMap((id) => this.#instances.get(id) ?? []);
    if (found.length < ids.length) throw notFound(ids);
    return found;
  }
}

function advance(instance: FakeInstance): void {
  if (instance.next === undefined || performance.now() < instance.next.atMs) return;
  instance.state = instance.next.state;
  instance.next = undefined;
}

function assertState(instance: FakeInstance, allowed: readonly string[]): void {
  if (allowed.includes(instance.state)) return;
  throw new ModelViolation('IncorrectInstanceState', `The instance '${instance.InstanceId}' is ${instance.state}`);
}

function notFound(ids: readonly string[]): ModelViolation {
  return new ModelViolation('InvalidInstanceID.NotFound', `The instance IDs '${ids.join(', ')}' do not exist`);
}

function matches(instance: FakeInstance, { Name, Values }: Filter): boolean {
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

const state = (name: string): object => ({ Code: stateCodes[name], Name: name });

function reservation(instance: FakeInstance): Record<string, unknown> {
  const { InstanceId, InstanceType, ImageId, LaunchTime, tags } = instance;
  const CpuOptions = { CoreCount: 1, ThreadsPerCore: 2 };
  const shown = { InstanceId, InstanceType, ImageId, LaunchTime, State: state(instance.state), Tags: tags, CpuOptions };
  return { ReservationId: `r-${InstanceId.slice(2)}`, Instances: [shown] };
}

function errorXml(code: string, message: string, requestId: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
}
