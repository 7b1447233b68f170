import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { ModelViolation, readRequest, writeResponse } from './ec2-model.ts';
import {
  advance,
  assertState,
  matches,
  notFound,
  reservation,
  state,
  type FakeInstance,
  type Filter,
} from './fake-instance.ts';

interface Answer {
  readonly status: number;
  readonly requestId: string;
  readonly xml: string;
}

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
  /** Terminated instances are not found any more, as on EC2 an hour later. */
  forgetsTerminated = false;
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

  /** Puts an instance into a state that no request leads to. */
  put(id: string, name: string): void {
    for (const instance of this.#named([id])) Object.assign(instance, { state: name, next: undefined });
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
        for (const instance of this.#named(ids)) {
          assertState(instance, ['stopped']);
          instance.launchTime = new Date();
        }
        return this.#change(ids, ['stopped'], 'pending', 'running', 'StartingInstances');
      case 'StopInstances': {
        const ignored = this.ignoresStop && input['Force'] !== true;
        return this.#change(
          ids,
          ['running', 'stopping', 'stopped'],
          'stopping',
          ignored ? 'stopping' : 'stopped',
          'StoppingInstances',
        );
      }
      case 'TerminateInstances':
        return this.#change(ids, undefined, 'shutting-down', 'terminated', 'TerminatingInstances');
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
    if (known?.state === 'terminated') {
      throw new ModelViolation('IdempotentInstanceTerminated', `The instance of the token ${token} was terminated`);
    }
    if (known !== undefined && !isDeepStrictEqual(known.input, input)) {
      throw new ModelViolation('IdempotentParameterMismatch', `The token ${token} was used with other parameters`);
    }
    if (known !== undefined) return reservation(known);
    const image = String(input['ImageId']);
    if (!/^ami-[0-9a-f]{8,17}$/.test(image)) throw new ModelViolation('InvalidAMIID.Malformed', `No image ${image}`);
    const specifications = (input['TagSpecifications'] ?? []) as { Tags?: { Key: string; Value: string }[] }[];
    const instance: FakeInstance = {
      InstanceId: `i-${(++this.#serial).toString(16).padStart(17, '0')}`,
      InstanceType: String(input['InstanceType']),
      ImageId: image,
      createdTime: new Date(),
      launchTime: new Date(),
      input,
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
    const visible = named.filter(
      ({ createdTime, state: name }) =>
        now - createdTime.getTime() >= this.inconsistentMs && !(this.forgetsTerminated && name === 'terminated'),
    );
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
    from: readonly string[] | undefined,
    via: string,
    to: string,
    list: string,
  ): Record<string, unknown> {
    const changes = this.#named(ids).map((instance) => {
      if (from !== undefined) assertState(instance, from);
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

function errorXml(code: string, message: string, requestId: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
}
