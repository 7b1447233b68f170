import type { Description } from './description.ts';
import { kebabCase } from './naming.ts';

/** The enums whose values become words in the API, with what each member's name begins with. */
const namedEnums: readonly (readonly [name: string, enumeration: string, prefix: string])[] = [
  ['domainStateNames', 'virDomainState', 'VIR_DOMAIN_'],
  ['nostateReasonNames', 'virDomainNostateReason', 'VIR_DOMAIN_NOSTATE_'],
  ['runningReasonNames', 'virDomainRunningReason', 'VIR_DOMAIN_RUNNING_'],
  ['blockedReasonNames', 'virDomainBlockedReason', 'VIR_DOMAIN_BLOCKED_'],
  ['pausedReasonNames', 'virDomainPausedReason', 'VIR_DOMAIN_PAUSED_'],
  ['shutdownReasonNames', 'virDomainShutdownReason', 'VIR_DOMAIN_SHUTDOWN_'],
  ['shutoffReasonNames', 'virDomainShutoffReason', 'VIR_DOMAIN_SHUTOFF_'],
  ['crashedReasonNames', 'virDomainCrashedReason', 'VIR_DOMAIN_CRASHED_'],
  ['pmsuspendedReasonNames', 'virDomainPMSuspendedReason', 'VIR_DOMAIN_PMSUSPENDED_'],
  ['vcpuStateNames', 'virVcpuState', 'VIR_VCPU_'],
  ['storagePoolStateNames', 'virStoragePoolState', 'VIR_STORAGE_POOL_'],
  ['storageVolumeTypeNames', 'virStorageVolType', 'VIR_STORAGE_VOL_'],
  ['lifecycleEventNames', 'virDomainEventType', 'VIR_DOMAIN_EVENT_'],
  ['definedDetailNames', 'virDomainEventDefinedDetailType', 'VIR_DOMAIN_EVENT_DEFINED_'],
  ['undefinedDetailNames', 'virDomainEventUndefinedDetailType', 'VIR_DOMAIN_EVENT_UNDEFINED_'],
  ['startedDetailNames', 'virDomainEventStartedDetailType', 'VIR_DOMAIN_EVENT_STARTED_'],
  ['suspendedDetailNames', 'virDomainEventSuspendedDetailType', 'VIR_DOMAIN_EVENT_SUSPENDED_'],
  ['resumedDetailNames', 'virDomainEventResumedDetailType', 'VIR_DOMAIN_EVENT_RESUMED_'],
  ['stoppedDetailNames', 'virDomainEventStoppedDetailType', 'VIR_DOMAIN_EVENT_STOPPED_'],
  ['shutdownDetailNames', 'virDomainEventShutdownDetailType', 'VIR_DOMAIN_EVENT_SHUTDOWN_'],
  ['pmsuspendedDetailNames', 'virDomainEventPMSuspendedDetailType', 'VIR_DOMAIN_EVENT_PMSUSPENDED_'],
  ['crashedDetailNames', 'virDomainEventCrashedDetailType', 'VIR_DOMAIN_EVENT_CRASHED_'],
  ['domainEventNames', 'virDomainEventID', 'VIR_DOMAIN_EVENT_ID_'],
  ['networkEventNames', 'virNetworkEventLifecycleType', 'VIR_NETWORK_EVENT_'],
  ['networkMetadataTypeNames', 'virNetworkMetadataType', 'VIR_NETWORK_METADATA_'],
  ['storagePoolEventNames', 'virStoragePoolEventLifecycleType', 'VIR_STORAGE_POOL_EVENT_'],
  ['nodeDeviceEventNames', 'virNodeDeviceEventLifecycleType', 'VIR_NODE_DEVICE_EVENT_'],
  ['secretEventNames', 'virSecretEventLifecycleType', 'VIR_SECRET_EVENT_'],
  ['watchdogActionNames', 'virDomainEventWatchdogAction', 'VIR_DOMAIN_EVENT_WATCHDOG_'],
  ['ioErrorActionNames', 'virDomainEventIOErrorAction', 'VIR_DOMAIN_EVENT_IO_ERROR_'],
  ['graphicsPhaseNames', 'virDomainEventGraphicsPhase', 'VIR_DOMAIN_EVENT_GRAPHICS_'],
  ['diskChangeReasonNames', 'virConnectDomainEventDiskChangeReason', 'VIR_DOMAIN_EVENT_DISK_'],
  ['trayChangeReasonNames', 'virDomainEventTrayChangeReason', 'VIR_DOMAIN_EVENT_TRAY_CHANGE_'],
  ['blockJobTypeNames', 'virDomainBlockJobType', 'VIR_DOMAIN_BLOCK_JOB_TYPE_'],
  ['blockJobStatusNames', 'virConnectDomainEventBlockJobStatus', 'VIR_DOMAIN_BLOCK_JOB_'],
  ['agentStateNames', 'virConnectDomainEventAgentLifecycleState', 'VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_'],
  ['agentReasonNames', 'virConnectDomainEventAgentLifecycleReason', 'VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_'],
  ['metadataTypeNames', 'virDomainMetadataType', 'VIR_DOMAIN_METADATA_'],
  ['memoryFailureRecipientNames', 'virDomainMemoryFailureRecipientType', 'VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_'],
  ['memoryFailureActionNames', 'virDomainMemoryFailureActionType', 'VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_'],
];

/** The tables that turn a number into its word: index by value. */
export function emitNames(description: Description): string[] {
  const enums = new Map(description.headers.flatMap((header) => header.enums.map((item) => [item.name, item.members])));
  const words = namedEnums.map(([name, enumeration, prefix]) => {
    const members = enums.get(enumeration);
    if (members === undefined) throw new Error(`the headers have no ${enumeration}`);
    const names: string[] = [];
    for (const [member, value] of Object.entries(members)) {
      if (!member.startsWith(prefix)) throw new Error(`${member} does not begin with ${prefix}`);
      names[value] ??= kebabCase(member.slice(prefix.length));
    }
    return list(name, `\`${enumeration}\``, names);
  });
  const errorNames: string[] = [];
  for (const [member, value] of Object.entries(enums.get('virErrorNumber') ?? {})) errorNames[value] = member;
  const domainNames: string[] = [];
  for (const [member, value] of Object.entries(enums.get('virErrorDomain') ?? {}))
    domainNames[value] = kebabCase(member.replace('VIR_FROM_', ''));
  return [
    ...words,
    list('errorNumberNames', '`virErrorNumber`, C names', errorNames),
    list('errorDomainNames', '`virErrorDomain`', domainNames),
  ];
}

function list(name: string, of: string, names: readonly string[]): string {
  const items = Array.from(names, (word) => (word === undefined ? `'unknown'` : `'${word}'`));
  return `/** The words of ${of}, by value. */\nexport const ${name} = [\n${items.map((item) => `  ${item},`).join('\n')}\n] as const;`;
}
