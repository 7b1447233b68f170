/**
 * libvirt's RPC protocol in pure TypeScript: nothing to compile, no libvirt on the client, every procedure typed.
 *
 * {@link connect} is where to begin.
 *
 * @packageDocumentation
 */
export type { Credentials, CredentialsRequest, CredentialsSource, PasswordCredentials } from './auth/credentials.ts';
export type { SaslContext, SaslExchange, SaslMechanism, SecurityLayer } from './auth/sasl/mechanism.ts';
export type { SaslOptions } from './auth/sasl/mechanisms.ts';
export { connect, type ConnectOptions } from './connection/connect.ts';
export { Connection } from './connection/connection.ts';
export type { ConnectionState, ConnectionStateEvent } from './connection/connection-state.ts';
export type { ReconnectOptions } from './connection/reconnect-options.ts';
export type { NodeInfo } from './connection/node-info.ts';
export { type CallFunction, procedures, type Procedures, type RawCall, type RawCalls } from './connection/raw-calls.ts';
export type { Version } from './connection/version.ts';
export {
  type CallDiagnostic,
  diagnosticChannels,
  type EventDiagnostic,
  type ReplyDiagnostic,
  type StateDiagnostic,
} from './diagnostics/channels.ts';
export { Domain } from './domain/domain.ts';
export type { DomainInfo } from './domain/domain-lifecycle.ts';
export type { MetadataType } from './domain/definition-options.ts';
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
  GraphicsAddress,
  GraphicsEvent,
  IoErrorEvent,
  LifecycleEvent,
} from './event/domain-event.ts';
export type { DomainEventOptions, DomainEventStream } from './event/domain-events.ts';
export { type EventQueueOptions, EventStream } from './event/event-stream.ts';
export type { GapEvent } from './event/gap-event.ts';
export type { NetworkEvent, NetworkEventOptions, NetworkEventStream } from './event/network-events.ts';
export type { NodeDeviceEvent, NodeDeviceEventOptions, NodeDeviceEventStream } from './event/node-device-events.ts';
export type { QemuMonitorEvent, QemuMonitorEventOptions, QemuMonitorEventStream } from './event/qemu-monitor-events.ts';
export type { SecretEvent, SecretEventOptions, SecretEventStream } from './event/secret-events.ts';
export type { StoragePoolEvent, StoragePoolEventOptions, StoragePoolEventStream } from './event/storage-pool-events.ts';
export type { Word } from './event/word.ts';
export { type DhcpLease, Network } from './network/network.ts';
export { constants } from './protocol/constants.gen.ts';
export type * as protocol from './protocol/types.gen.ts';
export type { CallOptions } from './rpc/call-options.ts';
export { type Clock, systemClock } from './rpc/clock.ts';
export type { KeepaliveOptions } from './rpc/keepalive.ts';
export type { StreamAnswer } from './rpc/channel.ts';
export type { EventMessage, Procedure, StreamProcedure } from './rpc/procedure.ts';
export { StoragePool, type StoragePoolInfo } from './storage/storage-pool.ts';
export { StorageVolume, type StorageVolumeInfo } from './storage/storage-volume.ts';
export type { ResizeOptions } from './storage/volume-options.ts';
export { LibvirtStream } from './stream/libvirt-stream.ts';
export type { StreamChunk } from './stream/stream-chunk.ts';
export type { TlsOptions } from './transport/tls-options.ts';
export type { LibvirtTransport, LibvirtUri } from './uri/libvirt-uri.ts';
export type { UriParameters } from './uri/query.ts';
export { parseUri } from './uri/parse-uri.ts';
