import { constants } from '../protocol/constants.gen.ts';
import type { TypedParam } from '../protocol/remote-types.gen.ts';
import type { WithParameters } from '../values/fields.ts';
import type { Words } from '../values/words.ts';
import type { IPAddress } from './device-options.ts';
import { typedRecord } from './typed-parameters.ts';

/** What a guest agent can be asked for (`virDomainGuestInfoTypes`). */
export type GuestInfoType = 'users' | 'os' | 'timezone' | 'hostname' | 'filesystem' | 'disks' | 'interfaces' | 'load';

/** libvirt's bit of each {@link GuestInfoType}. */
export const guestInfoTypes: Words<GuestInfoType> = {
  users: constants.VIR_DOMAIN_GUEST_INFO_USERS,
  os: constants.VIR_DOMAIN_GUEST_INFO_OS,
  timezone: constants.VIR_DOMAIN_GUEST_INFO_TIMEZONE,
  hostname: constants.VIR_DOMAIN_GUEST_INFO_HOSTNAME,
  filesystem: constants.VIR_DOMAIN_GUEST_INFO_FILESYSTEM,
  disks: constants.VIR_DOMAIN_GUEST_INFO_DISKS,
  interfaces: constants.VIR_DOMAIN_GUEST_INFO_INTERFACES,
  load: constants.VIR_DOMAIN_GUEST_INFO_LOAD,
};

/** Somebody who is logged in. */
export interface GuestUser {
  readonly name: string;
  /** The Windows domain. */
  readonly domain?: string | undefined;
  /** Since when, epoch milliseconds. */
  readonly loginTimeMs?: number | undefined;
}

/** The guest's operating system, in the words of its `os-release`. */
export interface GuestOS {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly prettyName?: string | undefined;
  readonly version?: string | undefined;
  readonly versionId?: string | undefined;
  readonly kernelRelease?: string | undefined;
  readonly kernelVersion?: string | undefined;
  readonly machine?: string | undefined;
  readonly variant?: string | undefined;
  readonly variantId?: string | undefined;
}

/** A file system that the guest has mounted. */
export interface GuestFileSystem {
  readonly mountPoint: string;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly totalBytes?: number | undefined;
  readonly usedBytes?: number | undefined;
  /** The disks that it is on. */
  readonly disks: readonly { readonly alias?: string; readonly serial?: string; readonly device?: string }[];
}

/** A disk as the guest sees it. */
export interface GuestDisk {
  /** The guest's path: `/dev/vda`. */
  readonly name: string;
  readonly partition?: boolean | undefined;
  readonly serial?: string | undefined;
  /** The target of the domain's disk. */
  readonly alias?: string | undefined;
  readonly guestAlias?: string | undefined;
  /** The devices that it consists of. */
  readonly dependencies: readonly string[];
}

/** A network interface as the guest sees it. */
export interface GuestNetworkInterface {
  readonly name: string;
  readonly mac?: string | undefined;
  readonly addresses: readonly IPAddress[];
}

/** What a guest agent tells about its guest. What it does not know is absent. */
export interface GuestInfo extends WithParameters {
  readonly users?: readonly GuestUser[] | undefined;
  readonly os?: GuestOS | undefined;
  /** Its time zone, with its distance from UTC, positive in the east. */
  readonly timezone?: { readonly name?: string; readonly offsetSeconds?: number } | undefined;
  readonly hostname?: string | undefined;
  readonly fileSystems?: readonly GuestFileSystem[] | undefined;
  readonly disks?: readonly GuestDisk[] | undefined;
  readonly interfaces?: readonly GuestNetworkInterface[] | undefined;
  /** How many tasks waited for a CPU on average of 1, 5 and 15 minutes. */
  readonly load?:
    | { readonly oneMinute: number; readonly fiveMinutes: number; readonly fifteenMinutes: number }
    | undefined;
}

const mostItems = 2048;

/** Turns what the daemon sent about a guest into named groups. */
export function readGuestInfo(params: readonly TypedParam[]): GuestInfo {
  const parameters = typedRecord(params);
  const number = (name: string): number | undefined => {
    const value = parameters[name];
    return value === undefined ? undefined : Number(value);
  };
  const text = (name: string): string | undefined => {
    const value = parameters[name];
    return value === undefined ? undefined : String(value);
  };
  const list = <Item>(prefix: string, read: (at: string) => Item): Item[] | undefined => {
    const count = number(`${prefix}.count`);
    if (count === undefined) return undefined;
    return Array.from({ length: Math.min(count, mostItems) }, (_, index) => read(`${prefix}.${index}`));
  };
  const load = number('load.1m');
  return withoutAbsent({
    users: list('user', (at) => {
      const loginTimeMs = number(`${at}.login-time`);
      return withoutAbsent({ name: text(`${at}.name`) ?? '', domain: text(`${at}.domain`), loginTimeMs });
    }),
    os: group({
      id: text('os.id'),
      name: text('os.name'),
      prettyName: text('os.pretty-name'),
      version: text('os.version'),
      versionId: text('os.version-id'),
      kernelRelease: text('os.kernel-release'),
      kernelVersion: text('os.kernel-version'),
      machine: text('os.machine'),
      variant: text('os.variant'),
      variantId: text('os.variant-id'),
    }),
    timezone: group({ name: text('timezone.name'), offsetSeconds: number('timezone.offset') }),
    hostname: text('hostname'),
    fileSystems: list('fs', (at) =>
      withoutAbsent({
        mountPoint: text(`${at}.mountpoint`) ?? '',
        name: text(`${at}.name`),
        type: text(`${at}.fstype`),
        totalBytes: number(`${at}.total-bytes`),
        usedBytes: number(`${at}.used-bytes`),
        disks:
          list(`${at}.disk`, (disk) =>
            withoutAbsent({
              alias: text(`${disk}.alias`),
              serial: text(`${disk}.serial`),
              device: text(`${disk}.device`),
            }),
          ) ?? [],
      }),
    ),
    disks: list('disk', (at) => {
      const partition = parameters[`${at}.partition`];
      return withoutAbsent({
        name: text(`${at}.name`) ?? '',
        partition: partition === undefined ? undefined : partition === true,
        serial: text(`${at}.serial`),
        alias: text(`${at}.alias`),
        guestAlias: text(`${at}.guest_alias`),
        dependencies: list(`${at}.dependency`, (other) => text(`${other}.name`) ?? '') ?? [],
      });
    }),
    interfaces: list('if', (at) =>
      withoutAbsent({
        name: text(`${at}.name`) ?? '',
        mac: text(`${at}.hwaddr`),
        addresses:
          list(`${at}.addr`, (address) => ({
            family: text(`${address}.type`) === 'ipv6' ? ('ipv6' as const) : ('ipv4' as const),
            address: text(`${address}.addr`) ?? '',
            prefixLength: number(`${address}.prefix`) ?? 0,
          })) ?? [],
      }),
    ),
    load:
      load === undefined
        ? undefined
        : { oneMinute: load, fiveMinutes: number('load.5m') ?? 0, fifteenMinutes: number('load.15m') ?? 0 },
    parameters,
  });
}

type Present<Values> = { [Name in keyof Values as undefined extends Values[Name] ? never : Name]: Values[Name] } & {
  [Name in keyof Values as undefined extends Values[Name] ? Name : never]?: Exclude<Values[Name], undefined>;
};

/** The values that there are. */
function withoutAbsent<Values extends object>(values: Values): Present<Values> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<Values>;
}

/** The group, unless nothing in it is known. */
function group<Values extends object>(values: Values): Present<Values> | undefined {
  const present = withoutAbsent(values);
  return Object.keys(present).length === 0 ? undefined : present;
}
