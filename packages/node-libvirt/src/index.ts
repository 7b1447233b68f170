/**
 * libvirt's RPC protocol in pure TypeScript: nothing to compile, no libvirt on the client, every procedure typed.
 *
 * {@link connect} is where to begin.
 *
 * @packageDocumentation
 */
export type { Credentials, CredentialsRequest, CredentialsSource, PasswordCredentials } from './auth/credentials.ts';
export { gssapi } from './auth/sasl/gssapi.ts';
export type { Kerberos, KerberosClient } from './auth/sasl/kerberos.ts';
export type { SaslContext, SaslExchange, SaslMechanism, SecurityLayer } from './auth/sasl/mechanism.ts';
export type { SaslOptions } from './auth/sasl/mechanisms.ts';
export { DomainCheckpoint } from './checkpoint/domain-checkpoint.ts';
export type {
  CheckpointCreateOptions,
  CheckpointDeleteOptions,
  CheckpointFilter,
  CheckpointXMLOptions,
  ListCheckpointChildrenOptions,
  ListCheckpointsOptions,
} from './checkpoint/options.ts';
export { connect, type ConnectOptions } from './connection/connect.ts';
export type { ConnectionState, ConnectionStateEvent } from './connection/connection-state.ts';
export { Connection } from './connection/connection.ts';
export type {
  BaselineCPUOptions,
  CPUCompareResult,
  CompareCPUOptions,
  DomainCapabilitiesOptions,
  HypervisorOptions,
} from './connection/cpu-calls.ts';
export type { Identity } from './connection/identity.ts';
export type { AllocPagesOptions, NodeCpuMap, PagePool } from './connection/node-calls.ts';
export type { NodeInfo } from './connection/node-info.ts';
export type { NodeCpuStats, NodeMemoryParameters, NodeMemoryStats, SEVInfo } from './connection/node-stats.ts';
export { type CallFunction, procedures, type Procedures, type RawCall, type RawCalls } from './connection/raw-calls.ts';
export type { ReconnectOptions } from './connection/reconnect-options.ts';
export type { Version } from './connection/version.ts';
export {
  type CallDiagnostic,
  diagnosticChannels,
  type EventDiagnostic,
  type ReplyDiagnostic,
  type StateDiagnostic,
} from './diagnostics/channels.ts';
export type {
  BackupOptions,
  BlockCommitOptions,
  BlockCopyOptions,
  BlockCopyParameters,
  BlockJobAbortOptions,
  BlockJobInfo,
  BlockJobSpeedOptions,
  BlockJobType,
  BlockRebaseOptions,
} from './domain/block-job-options.ts';
export type { BlockCounters, BlockInfo, BlockIoTune, BlockResizeOptions } from './domain/block-options.ts';
export type { DomainCpuStats, GuestVcpus, VcpuInfo, VcpuState, VcpusOptions } from './domain/cpu-options.ts';
export type { LifecycleAction, LifecycleType, MessagesOptions, MetadataType } from './domain/definition-options.ts';
export type {
  AddressSource,
  DeviceOptions,
  DiskError,
  DiskErrorReason,
  GraphicsType,
  GuestInterface,
  IPAddress,
  InterfaceCounters,
  KeycodeSet,
  SendKeyOptions,
} from './domain/device-options.ts';
export type { ControlInfo, DomainInfo } from './domain/domain-lifecycle.ts';
export { domainState, type DomainState, type DomainStateAndReason } from './domain/domain-state.ts';
export type {
  BalloonStats,
  BlockStats,
  CpuStats,
  DomainStats,
  InterfaceStats,
  VcpuStats,
} from './domain/domain-stats.ts';
export { Domain } from './domain/domain.ts';
export type {
  GuestDisk,
  GuestFileSystem,
  GuestInfo,
  GuestInfoType,
  GuestNetworkInterface,
  GuestOS,
  GuestUser,
} from './domain/guest-info.ts';
export type {
  AgentCommandOptions,
  AgentTimeout,
  AuthorizedSSHKeysOptions,
  FSInfo,
  HostnameOptions,
  QemuCommand,
  SetTimeOptions,
  UserPasswordOptions,
} from './domain/guest-options.ts';
export type {
  AbortJobOptions,
  JobInfo,
  JobOperation,
  JobProgress,
  JobStats,
  JobStatsOptions,
  JobType,
  MigrateSpeedOptions,
} from './domain/job-options.ts';
export type { ControlErrorReason, ControlState, SuspendTarget } from './domain/lifecycle-options.ts';
export type {
  DirtyRateMode,
  MemoryKind,
  MemoryParameters,
  MemoryStats,
  NumaMode,
  NumaParameters,
  SetMemoryOptions,
} from './domain/memory-options.ts';
export type {
  MigrateCompression,
  MigrateFlags,
  MigrateOptions,
  MigrateParameters,
  MigrateToURIOptions,
} from './domain/migrate-options.ts';
export type { MigrationDestination } from './domain/migrate.ts';
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
export type { ProcessSignal } from './domain/process-signal.ts';
export type {
  CoreDumpFormat,
  CoreDumpOptions,
  SaveFileOptions,
  SaveImageXMLOptions,
  SaveOptions,
  SaveParameters,
} from './domain/save-options.ts';
export type { LaunchSecret, LaunchSecurityInfo, SecurityLabel } from './domain/security-options.ts';
export type { DirtyRateStats, DirtyRateStatus, IOThreadStats } from './domain/stats-groups.ts';
export type { StatsGroup, StatsOptions } from './domain/stats-options.ts';
export type { ChannelOpenOptions, ConsoleOptions, Screenshot, ScreenshotOptions } from './domain/stream-options.ts';
export type {
  BandwidthParameters,
  BlkioParameters,
  IOThreadInfo,
  IOThreadParameters,
  SchedulerParameters,
} from './domain/tuning-options.ts';
export type { TypedValue } from './domain/typed-parameters.ts';
export { errorKind, type ErrorKind, isRetryable } from './error/error-kind.ts';
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
export { type EventQueueOptions, EventStream, type StreamOwner } from './event/event-stream.ts';
export type { GapEvent } from './event/gap-event.ts';
export type { NetworkEvent, NetworkEventOptions, NetworkEventStream } from './event/network-events.ts';
export type { NodeDeviceEvent, NodeDeviceEventOptions, NodeDeviceEventStream } from './event/node-device-events.ts';
export type { QemuMonitorEvent, QemuMonitorEventOptions, QemuMonitorEventStream } from './event/qemu-monitor-events.ts';
export type { SecretEvent, SecretEventOptions, SecretEventStream } from './event/secret-events.ts';
export type { StoragePoolEvent, StoragePoolEventOptions, StoragePoolEventStream } from './event/storage-pool-events.ts';
export type { Word } from './event/word.ts';
export { Interface } from './interface/interface.ts';
export type { InterfaceDefineOptions, InterfaceXMLOptions, ListInterfacesOptions } from './interface/options.ts';
export { NetworkPort } from './network/network-port.ts';
export { type DhcpLease, Network } from './network/network.ts';
export type {
  ListNetworksOptions,
  NetworkAffectOptions,
  NetworkDefineOptions,
  NetworkMetadataOptions,
  NetworkMetadataType,
  NetworkPortCreateOptions,
  NetworkSection,
  NetworkUpdateCommand,
  NetworkUpdateOptions,
  NetworkXMLOptions,
} from './network/options.ts';
export { NodeDevice } from './node-device/node-device.ts';
export type {
  ListNodeDevicesOptions,
  NodeDeviceCapability,
  NodeDeviceDefineOptions,
  NodeDeviceUpdateOptions,
  NodeDeviceXMLOptions,
} from './node-device/options.ts';
export { NWFilterBinding } from './nwfilter/nwfilter-binding.ts';
export { NWFilter } from './nwfilter/nwfilter.ts';
export type { NWFilterDefineOptions } from './nwfilter/options.ts';
export { constants } from './protocol/constants.gen.ts';
export type { CallOptions } from './rpc/call-options.ts';
export type { StreamAnswer } from './rpc/channel.ts';
export { type Clock, systemClock } from './rpc/clock.ts';
export type { KeepaliveOptions } from './rpc/keepalive.ts';
export type { EventMessage, Procedure, StreamProcedure } from './rpc/procedure.ts';
export type { ListSecretsOptions, SecretDefineOptions, SecretUsageType } from './secret/options.ts';
export { Secret } from './secret/secret.ts';
export { DomainSnapshot } from './snapshot/domain-snapshot.ts';
export type {
  ListSnapshotChildrenOptions,
  ListSnapshotsOptions,
  SnapshotCreateOptions,
  SnapshotDeleteOptions,
  SnapshotFilter,
  SnapshotRevertOptions,
  SnapshotXMLOptions,
} from './snapshot/options.ts';
export type { SnapshotTree } from './snapshot/snapshot-tree.ts';
export type {
  ListStoragePoolsOptions,
  StoragePoolBuildOptions,
  StoragePoolCreateOptions,
  StoragePoolDefineOptions,
  StoragePoolDeleteOptions,
  StorageXMLOptions,
} from './storage/pool-options.ts';
export { StoragePool, type StoragePoolInfo } from './storage/storage-pool.ts';
export { StorageVolume, type StorageVolumeInfo } from './storage/storage-volume.ts';
export type { TransferAllOptions, TransferOptions, TransferProgress } from './storage/transfer-options.ts';
export type { UploadSource } from './storage/transfer.ts';
export type {
  ResizeOptions,
  VolumeCreateOptions,
  VolumeDeleteOptions,
  VolumeInfoOptions,
  WipeAlgorithm,
} from './storage/volume-options.ts';
export { LibvirtStream } from './stream/libvirt-stream.ts';
export type { StreamLink } from './stream/stream-link.ts';
export type { StreamChunk } from './stream/stream-chunk.ts';
export type { TlsOptions } from './transport/tls-options.ts';
export type { LibvirtTransport, LibvirtUri } from './uri/libvirt-uri.ts';
export { parseUri } from './uri/parse-uri.ts';
export type { UriParameters } from './uri/query.ts';
export type { WithParameters } from './values/fields.ts';
export type * as protocol from './protocol/types.gen.ts';
