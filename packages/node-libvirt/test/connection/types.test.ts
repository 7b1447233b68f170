import { describe, expectTypeOf, it } from 'vitest';
import type {
  CallOptions,
  Connection,
  Domain,
  DomainEvent,
  DomainState,
  DomainStats,
  LibvirtError,
  protocol,
  RawCalls,
  TypedValue,
} from '../../src/index.ts';

describe('the types', () => {
  it('of raw calls take arguments only where the procedure has some', () => {
    expectTypeOf<RawCalls['connectGetHostname']>().parameters.toEqualTypeOf<[options?: CallOptions | undefined]>();
    expectTypeOf<RawCalls['domainCreate']>().parameters.toEqualTypeOf<
      [args: protocol.DomainCreateArgs, options?: CallOptions | undefined]
    >();
    expectTypeOf<RawCalls['domainCreate']>().returns.resolves.toBeVoid();
    expectTypeOf<RawCalls['connectGetType']>().returns.resolves.toEqualTypeOf<protocol.ConnectGetTypeRet>();
    expectTypeOf<RawCalls['qemuDomainAgentCommand']>().returns.resolves.toHaveProperty('result');
  });

  it('of 64-bit fields say whether they can exceed 2^53', () => {
    expectTypeOf<protocol.DomainGetInfoRet['memory']>().toBeNumber();
    expectTypeOf<protocol.DomainGetInfoRet['cpuTime']>().toBeBigInt();
    expectTypeOf<protocol.StoragePoolGetInfoRet['capacity']>().toBeNumber();
    expectTypeOf<protocol.DomainBlockStatsRet['rdBytes']>().toBeBigInt();
    expectTypeOf<TypedValue>().toEqualTypeOf<string | number | bigint | boolean>();
  });

  it('of arguments let flags and what may be absent be left out', () => {
    expectTypeOf<{ dom: protocol.NonnullDomain }>().toExtend<protocol.DomainResetArgs>();
    expectTypeOf<object>().toExtend<protocol.ConnectOpenArgs>();
    expectTypeOf<{ name: string }>().not.toExtend<protocol.DomainResetArgs>();
  });

  it('of typed parameters tell the value by the type', () => {
    const parameter = {} as protocol.TypedParamValue;
    if (parameter.type === 7) expectTypeOf(parameter.value).toBeString();
    if (parameter.type === 4) expectTypeOf(parameter.value).toBeBigInt();
    if (parameter.type === 6) expectTypeOf(parameter.value).toBeNumber();
  });

  it('of events are told apart by type', () => {
    const event = {} as DomainEvent;
    if (event.type === 'lifecycle') {
      expectTypeOf(event.event).toEqualTypeOf<
        | 'defined'
        | 'undefined'
        | 'started'
        | 'suspended'
        | 'resumed'
        | 'stopped'
        | 'shutdown'
        | 'pmsuspended'
        | 'crashed'
        | 'unknown'
      >();
    }
    if (event.type === 'balloon-change') expectTypeOf(event.memoryBytes).toBeNumber();
    if (event.type === 'device-added') expectTypeOf(event.device).toBeString();
    expectTypeOf(event.domain).toEqualTypeOf<Domain>();
  });

  it('of the API are what a caller expects', () => {
    expectTypeOf<Connection['listAllDomains']>().returns.resolves.toEqualTypeOf<Domain[]>();
    expectTypeOf<Connection['closed']>().resolves.toEqualTypeOf<LibvirtError | undefined>();
    expectTypeOf<Domain['id']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<DomainStats['cpu']>().toExtend<{ readonly timeNs?: number | undefined } | undefined>();
    expectTypeOf<'running'>().toExtend<DomainState>();
    expectTypeOf<'asleep'>().not.toExtend<DomainState>();
  });
});
