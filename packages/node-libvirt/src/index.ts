/**
 * libvirt's RPC protocol in pure TypeScript: nothing to compile, no libvirt on the client, every procedure typed.
 *
 * {@link connect} is where to begin.
 *
 * @packageDocumentation
 */
export { connect, type ConnectOptions } from './connection/connect.ts';
export { Connection } from './connection/connection.ts';
export type { NodeInfo } from './connection/node-info.ts';
export { type CallFunction, procedures, type Procedures, type RawCall, type RawCalls } from './connection/raw-calls.ts';
export type { Version } from './connection/version.ts';
export { Domain, type DomainInfo, type MetadataType } from './domain/domain.ts';
export { domainState, type DomainState, type DomainStateAndReason } from './domain/domain-state.ts';
export type {
  BalloonStats,
  BlockStats,
  CpuStats,
  DomainStats,
  InterfaceStats,
  VcpuStats,
} from './domain/domain-stats.ts';
export type {
  AffectOptions,
  CreateOptions,
  DefineOptions,
  DestroyOptions,
  ListDomainsOptions,
  MetadataOptions,
  ShutdownOptions,
  UndefineOptions,
  XMLOptions,
} from './domain/options.ts';
export type { StatsGroup, StatsOptions } from './domain/stats-options.ts';
export type { TypedValue } from './domain/typed-parameters.ts';
export { type ErrorKind, errorKind, isRetryable } from './error/error-kind.ts';
export { type ClientErrorCode, LibvirtError, type LibvirtErrorOptions } from './error/libvirt-error.ts';
export type { OverflowPolicy } from './event/bounded-queue.ts';
export type {
  BlockJobEvent,
  DomainEvent,
  DomainEventType,
  GapEvent,
  GraphicsAddress,
  GraphicsEvent,
  IoErrorEvent,
  LifecycleEvent,
} from './event/domain-event.ts';
export type { DomainEventOptions, DomainEventStream } from './event/domain-event-stream.ts';
export { type DhcpLease, Network } from './network/network.ts';
export { constants } from './protocol/constants.gen.ts';
export type * as protocol from './protocol/types.gen.ts';
export type { CallOptions } from './rpc/call-options.ts';
export { type Clock, systemClock } from './rpc/clock.ts';
export type { KeepaliveOptions } from './rpc/keepalive.ts';
export type { EventMessage, Procedure } from './rpc/procedure.ts';
export { StoragePool, type StoragePoolInfo } from './storage/storage-pool.ts';
export { type ResizeOptions, StorageVolume, type StorageVolumeInfo } from './storage/storage-volume.ts';
export { type LibvirtUri, parseUri } from './uri/parse-uri.ts';
