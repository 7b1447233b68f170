import { describe, expect, it } from 'vitest';
import * as checkpoint from '../../src/checkpoint/options.ts';
import * as cpuCalls from '../../src/connection/cpu-calls.ts';
import * as blockJobs from '../../src/domain/block-job-options.ts';
import * as block from '../../src/domain/block-options.ts';
import * as cpu from '../../src/domain/cpu-options.ts';
import * as definition from '../../src/domain/definition-options.ts';
import * as device from '../../src/domain/device-options.ts';
import * as guestInfo from '../../src/domain/guest-info.ts';
import * as guest from '../../src/domain/guest-options.ts';
import * as jobs from '../../src/domain/job-options.ts';
import * as lifecycle from '../../src/domain/lifecycle-options.ts';
import * as memory from '../../src/domain/memory-options.ts';
import * as migrate from '../../src/domain/migrate-options.ts';
import * as options from '../../src/domain/options.ts';
import * as signal from '../../src/domain/process-signal.ts';
import * as save from '../../src/domain/save-options.ts';
import * as stats from '../../src/domain/stats-options.ts';
import { constants } from '../../src/index.ts';
import * as interfaces from '../../src/interface/options.ts';
import * as network from '../../src/network/options.ts';
import * as nodeDevice from '../../src/node-device/options.ts';
import * as nwfilter from '../../src/nwfilter/options.ts';
import * as secret from '../../src/secret/options.ts';
import * as snapshot from '../../src/snapshot/options.ts';
import * as pool from '../../src/storage/pool-options.ts';
import * as volume from '../../src/storage/volume-options.ts';

type Table = Readonly<Record<string, number>>;

/** Every table of option or word to number, by its name. */
const tables: Readonly<Record<string, Table>> = Object.fromEntries(
  [
    blockJobs,
    block,
    checkpoint,
    cpu,
    cpuCalls,
    definition,
    device,
    guest,
    guestInfo,
    interfaces,
    jobs,
    lifecycle,
    memory,
    migrate,
    network,
    nodeDevice,
    nwfilter,
    options,
    pool,
    save,
    secret,
    signal,
    snapshot,
    stats,
    volume,
  ]
    .flatMap((module) => Object.entries(module))
    .filter(([, value]) => isTable(value)) as [string, Table][],
);

function isTable(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((number) => typeof number === 'number')
  );
}

const bits = Object.entries(tables).filter(([name]) => name.endsWith('Bits'));

describe('every table of flags', () => {
  it.each(bits)('%s gives each option a bit of its own', (_, table) => {
    const values = Object.values(table);
    expect(values.length).toBeGreaterThan(0);
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(Math.log2(value)).toBe(Math.floor(Math.log2(value)));
  });
});

describe('every table of words', () => {
  it.each(Object.entries(tables).filter(([name]) => !name.endsWith('Bits')))(
    '%s gives each word a number of its own',
    (_, table) => {
      expect(new Set(Object.values(table)).size).toBe(Object.keys(table).length);
    },
  );
});

/**
 * Each of libvirt's enums that a table stands for, by what its members' names begin with; and those members that are the
 * default, or no option but what a method is for.
 */
const coverage: readonly (readonly [table: string, prefix: string, leftOut?: readonly string[]])[] = [
  ['abortJobBits', 'VIR_DOMAIN_ABORT_JOB_'],
  ['addressSources', 'VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_'],
  ['affectBits', 'VIR_DOMAIN_AFFECT_', ['CURRENT']],
  ['agentTimeouts', 'VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_'],
  ['authorizedSshKeysBits', 'VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_'],
  ['backupBits', 'VIR_DOMAIN_BACKUP_BEGIN_'],
  ['baselineCpuBits', 'VIR_CONNECT_BASELINE_CPU_'],
  ['blockCommitBits', 'VIR_DOMAIN_BLOCK_COMMIT_', ['BANDWIDTH_BYTES']],
  ['blockCopyBits', 'VIR_DOMAIN_BLOCK_COPY_', ['BANDWIDTH', 'GRANULARITY', 'BUF_SIZE']],
  ['blockJobAbortBits', 'VIR_DOMAIN_BLOCK_JOB_ABORT_'],
  ['blockJobTypes', 'VIR_DOMAIN_BLOCK_JOB_TYPE_', ['UNKNOWN']],
  ['blockRebaseBits', 'VIR_DOMAIN_BLOCK_REBASE_', ['BANDWIDTH_BYTES']],
  ['blockResizeBits', 'VIR_DOMAIN_BLOCK_RESIZE_', ['BYTES']],
  ['checkpointCreateBits', 'VIR_DOMAIN_CHECKPOINT_CREATE_'],
  ['checkpointDeleteBits', 'VIR_DOMAIN_CHECKPOINT_DELETE_'],
  ['checkpointXmlBits', 'VIR_DOMAIN_CHECKPOINT_XML_'],
  ['compareCpuBits', 'VIR_CONNECT_COMPARE_CPU_'],
  ['controlErrorReasons', 'VIR_DOMAIN_CONTROL_ERROR_REASON_', ['UNKNOWN']],
  ['coreDumpBits', 'VIR_DUMP_'],
  ['coreDumpFormats', 'VIR_DOMAIN_CORE_DUMP_FORMAT_'],
  ['createBits', 'VIR_DOMAIN_START_'],
  ['defineBits', 'VIR_DOMAIN_DEFINE_'],
  ['destroyBits', 'VIR_DOMAIN_DESTROY_', ['DEFAULT']],
  ['deviceBits', 'VIR_DOMAIN_DEVICE_MODIFY_', ['CURRENT']],
  ['dirtyRateModes', 'VIR_DOMAIN_DIRTYRATE_MODE_'],
  ['domainCapabilitiesBits', 'VIR_CONNECT_GET_DOMAIN_CAPABILITIES_'],
  ['graphicsTypes', 'VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_'],
  ['hostnameBits', 'VIR_DOMAIN_GET_HOSTNAME_'],
  ['interfaceDefineBits', 'VIR_INTERFACE_DEFINE_'],
  ['interfaceXmlBits', 'VIR_INTERFACE_XML_'],
  ['jobStatsBits', 'VIR_DOMAIN_JOB_STATS_'],
  ['keycodeSets', 'VIR_KEYCODE_SET_'],
  ['lifecycleActions', 'VIR_DOMAIN_LIFECYCLE_ACTION_'],
  ['listCheckpointsBits', 'VIR_DOMAIN_CHECKPOINT_LIST_', ['DESCENDANTS']],
  ['listCheckpointChildrenBits', 'VIR_DOMAIN_CHECKPOINT_LIST_', ['ROOTS']],
  ['listDomainsBits', 'VIR_CONNECT_LIST_DOMAINS_'],
  ['listInterfacesBits', 'VIR_CONNECT_LIST_INTERFACES_'],
  ['listNetworksBits', 'VIR_CONNECT_LIST_NETWORKS_'],
  ['listNodeDevicesBits', 'VIR_CONNECT_LIST_NODE_DEVICES_'],
  ['listSecretsBits', 'VIR_CONNECT_LIST_SECRETS_'],
  ['listSnapshotsBits', 'VIR_DOMAIN_SNAPSHOT_LIST_', ['DESCENDANTS']],
  ['listSnapshotChildrenBits', 'VIR_DOMAIN_SNAPSHOT_LIST_', ['ROOTS']],
  ['listStoragePoolsBits', 'VIR_CONNECT_LIST_STORAGE_POOLS_'],
  ['memoryKinds', 'VIR_MEMORY_'],
  ['messagesBits', 'VIR_DOMAIN_MESSAGE_'],
  ['metadataTypes', 'VIR_DOMAIN_METADATA_'],
  ['migrateBits', 'VIR_MIGRATE_', ['PEER2PEER', 'TUNNELLED']],
  ['migrateSpeedBits', 'VIR_DOMAIN_MIGRATE_MAX_SPEED_'],
  ['networkAffectBits', 'VIR_NETWORK_UPDATE_AFFECT_', ['CURRENT']],
  ['networkDefineBits', 'VIR_NETWORK_DEFINE_'],
  ['networkDefineBits', 'VIR_NETWORK_CREATE_'],
  ['networkMetadataTypes', 'VIR_NETWORK_METADATA_'],
  ['networkPortCreateBits', 'VIR_NETWORK_PORT_CREATE_'],
  ['networkSections', 'VIR_NETWORK_SECTION_', ['NONE']],
  ['networkUpdateCommands', 'VIR_NETWORK_UPDATE_COMMAND_', ['NONE']],
  ['networkXmlBits', 'VIR_NETWORK_XML_'],
  ['nodeDeviceDefineBits', 'VIR_NODE_DEVICE_DEFINE_XML_'],
  ['nodeDeviceDefineBits', 'VIR_NODE_DEVICE_CREATE_XML_'],
  ['nodeDeviceUpdateBits', 'VIR_NODE_DEVICE_UPDATE_AFFECT_', ['CURRENT']],
  ['nodeDeviceXmlBits', 'VIR_NODE_DEVICE_XML_'],
  ['nwfilterDefineBits', 'VIR_NWFILTER_DEFINE_'],
  ['nwfilterDefineBits', 'VIR_NWFILTER_BINDING_CREATE_'],
  ['resizeBits', 'VIR_STORAGE_VOL_RESIZE_'],
  ['saveImageXmlBits', 'VIR_DOMAIN_SAVE_IMAGE_XML_'],
  ['secretDefineBits', 'VIR_SECRET_DEFINE_'],
  ['secretUsageTypes', 'VIR_SECRET_USAGE_TYPE_'],
  ['setTimeBits', 'VIR_DOMAIN_TIME_'],
  ['shutdownBits', 'VIR_DOMAIN_REBOOT_', ['DEFAULT']],
  ['snapshotCreateBits', 'VIR_DOMAIN_SNAPSHOT_CREATE_'],
  ['snapshotDeleteBits', 'VIR_DOMAIN_SNAPSHOT_DELETE_'],
  ['snapshotRevertBits', 'VIR_DOMAIN_SNAPSHOT_REVERT_'],
  ['snapshotXmlBits', 'VIR_DOMAIN_SNAPSHOT_XML_'],
  ['statsBits', 'VIR_CONNECT_GET_ALL_DOMAINS_STATS_'],
  ['storagePoolBuildBits', 'VIR_STORAGE_POOL_BUILD_', ['NEW']],
  ['storagePoolCreateBits', 'VIR_STORAGE_POOL_CREATE_', ['NORMAL']],
  ['storagePoolDefineBits', 'VIR_STORAGE_POOL_DEFINE_'],
  ['storagePoolDeleteBits', 'VIR_STORAGE_POOL_DELETE_', ['NORMAL']],
  ['storageXmlBits', 'VIR_STORAGE_XML_'],
  ['suspendTargets', 'VIR_NODE_SUSPEND_TARGET_'],
  ['undefineBits', 'VIR_DOMAIN_UNDEFINE_'],
  ['userPasswordBits', 'VIR_DOMAIN_PASSWORD_'],
  ['vcpusBits', 'VIR_DOMAIN_VCPU_', ['CURRENT']],
  ['volumeCreateBits', 'VIR_STORAGE_VOL_CREATE_'],
  ['volumeDeleteBits', 'VIR_STORAGE_VOL_DELETE_', ['NORMAL']],
  ['wipeAlgorithms', 'VIR_STORAGE_VOL_WIPE_ALG_'],
  ['xmlBits', 'VIR_DOMAIN_XML_'],
];

describe('the tables', () => {
  it.each(coverage.map(([table, prefix, leftOut]) => ({ table, prefix, leftOut: leftOut ?? [] })))(
    '$table has all of $prefix*',
    ({ table, prefix, leftOut }) => {
      const members = Object.entries(constants).filter(
        ([name, value]) =>
          name.startsWith(prefix) && typeof value === 'number' && !leftOut.includes(name.slice(prefix.length)),
      );
      expect(Object.values(tables[table] ?? {}).toSorted((a, b) => a - b)).toEqual(
        [...new Set(members.map(([, value]) => Number(value)))].toSorted((a, b) => a - b),
      );
    },
  );

  it('has all groups of statistics', () => {
    const groups = Object.entries(constants).filter(
      ([name, value]) => /^VIR_DOMAIN_STATS_[A-Z_]+$/.test(name) && typeof value === 'number',
    );
    expect(Object.values(stats.statsGroupBits).toSorted((a, b) => a - b)).toEqual(
      groups.map(([, value]) => Number(value)).toSorted((a, b) => a - b),
    );
  });

  it('has all tags of memory statistics', () => {
    const tags = Object.entries(constants).filter(([name]) => name.startsWith('VIR_DOMAIN_MEMORY_STAT_'));
    expect(Object.keys(memory.memoryStatTags).map(Number)).toEqual(
      tags.map(([, value]) => Number(value)).filter((tag) => tag !== constants.VIR_DOMAIN_MEMORY_STAT_NR),
    );
  });
});
