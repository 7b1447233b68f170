import type { Procedure } from './procedure.ts';

/**
 * Calls that may take seconds to hours, because a guest, a disk, a guest agent or another host works in them. The
 * protocol's own priority does not tell: it marks a read of a domain's XML `low` as well. What ends slow work (destroy, abort,
 * finish, confirm) is not among them: it must never wait behind the work that it ends.
 */
const slowNames: ReadonlySet<string> = new Set([
  'connectFindStoragePoolSources',
  'connectGetAllDomainStats',
  'domainAttachDevice',
  'domainAttachDeviceFlags',
  'domainAuthorizedSshKeysGet',
  'domainAuthorizedSshKeysSet',
  'domainBackupBegin',
  'domainBlockCommit',
  'domainBlockCopy',
  'domainBlockPull',
  'domainBlockRebase',
  'domainBlockResize',
  'domainCheckpointCreateXml',
  'domainCheckpointDelete',
  'domainCoreDump',
  'domainCoreDumpWithFormat',
  'domainCreate',
  'domainCreateWithFlags',
  'domainCreateXml',
  'domainDetachDevice',
  'domainDetachDeviceAlias',
  'domainDetachDeviceFlags',
  'domainFsfreeze',
  'domainFsthaw',
  'domainFstrim',
  'domainGetFsinfo',
  'domainGetGuestInfo',
  'domainGetGuestVcpus',
  'domainGetHostname',
  'domainGetTime',
  'domainInterfaceAddresses',
  'domainManagedSave',
  'domainMemoryPeek',
  'domainMigrateBegin3',
  'domainMigrateBegin3Params',
  'domainMigratePerform',
  'domainMigratePerform3',
  'domainMigratePerform3Params',
  'domainMigratePrepare',
  'domainMigratePrepare2',
  'domainMigratePrepare3',
  'domainMigratePrepare3Params',
  'domainPmSuspendForDuration',
  'domainReboot',
  'domainRestore',
  'domainRestoreFlags',
  'domainRestoreParams',
  'domainRevertToSnapshot',
  'domainSave',
  'domainSaveFlags',
  'domainSaveParams',
  'domainSetGuestVcpus',
  'domainSetTime',
  'domainSetUserPassword',
  'domainSetVcpus',
  'domainSetVcpusFlags',
  'domainShutdown',
  'domainShutdownFlags',
  'domainSnapshotCreateXml',
  'domainSnapshotDelete',
  'domainUpdateDeviceFlags',
  'networkCreate',
  'networkCreateXml',
  'networkDestroy',
  'nodeDeviceCreateXml',
  'nodeDeviceDestroy',
  'nodeSuspendForDuration',
  'qemuDomainAgentCommand',
  'qemuDomainAttach',
  'qemuDomainMonitorCommand',
  'storagePoolBuild',
  'storagePoolCreate',
  'storagePoolCreateXml',
  'storagePoolDelete',
  'storagePoolDestroy',
  'storagePoolRefresh',
  'storageVolCreateXml',
  'storageVolCreateXmlFrom',
  'storageVolDelete',
  'storageVolResize',
  'storageVolWipe',
  'storageVolWipePattern',
]);

/** Whether a call is known to take long. */
export function isSlow(procedure: Pick<Procedure<never>, 'name'>): boolean {
  return slowNames.has(procedure.name);
}

/**
 * Calls that end a guest. They take a second or more when its process is slow to go, but they must not wait for slow work,
 * which they may be there to end. A hundred of them on one socket would run five at a time.
 */
const endingNames: ReadonlySet<string> = new Set(['domainDestroy', 'domainDestroyFlags']);

/** Whether a call ends a guest. */
export function endsWork(procedure: Pick<Procedure<never>, 'name'>): boolean {
  return endingNames.has(procedure.name);
}
