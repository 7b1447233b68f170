import type { CompleteHypervisor } from '../spec/hypervisor.ts';

/** The groups of operations of a hypervisor. */
export type OperationGroup =
  | 'vms'
  | 'guests'
  | 'snapshots'
  | 'pools'
  | 'volumes'
  | 'networks'
  | 'filters'
  | 'backups'
  | 'migrations'
  | 'host';

/** What an operation does, and the place of its options among its arguments. */
export type OperationKind = readonly [does: 'read' | 'change', optionsAt: number];

/** Every operation of the interface; a new one is missing here until the compiler is content. */
export const operations: {
  readonly [Group in OperationGroup]: Readonly<Record<keyof CompleteHypervisor[Group], OperationKind>>;
} = {
  vms: {
    create: ['change', 1],
    get: ['read', 1],
    list: ['read', 1],
    start: ['change', 1],
    stop: ['change', 1],
    reboot: ['change', 1],
    suspend: ['change', 1],
    resume: ['change', 1],
    delete: ['change', 1],
    stats: ['read', 0],
    plan: ['read', 1],
    details: ['read', 1],
    update: ['change', 2],
    rename: ['change', 2],
    setAutostart: ['change', 2],
    reset: ['change', 1],
    save: ['change', 1],
    discardSaved: ['change', 1],
    resize: ['change', 2],
    resizeDisk: ['change', 3],
    attachDisk: ['change', 2],
    detachDisk: ['change', 2],
    attachNetwork: ['change', 2],
    detachNetwork: ['change', 2],
    changeMedia: ['change', 3],
    openConsole: ['change', 1],
    screenshot: ['read', 1],
    definition: ['read', 1],
    define: ['change', 1],
  },
  guests: {
    waitForAgent: ['read', 1],
    execute: ['change', 2],
    readFile: ['read', 2],
    writeFile: ['change', 3],
    addresses: ['read', 1],
    info: ['read', 1],
    freeze: ['change', 1],
    thaw: ['change', 1],
    trim: ['change', 1],
    setPassword: ['change', 3],
    getTime: ['read', 1],
    setTime: ['change', 2],
  },
  snapshots: {
    create: ['change', 2],
    list: ['read', 1],
    revert: ['change', 2],
    delete: ['change', 2],
    chain: ['read', 2],
    merge: ['change', 2],
  },
  pools: {
    create: ['change', 1],
    get: ['read', 1],
    list: ['read', 0],
    start: ['change', 1],
    stop: ['change', 1],
    refresh: ['change', 1],
    delete: ['change', 1],
  },
  volumes: {
    create: ['change', 1],
    get: ['read', 1],
    list: ['read', 1],
    resize: ['change', 2],
    upload: ['change', 2],
    download: ['read', 1],
    wipe: ['change', 1],
    delete: ['change', 1],
  },
  networks: {
    create: ['change', 1],
    get: ['read', 1],
    list: ['read', 0],
    start: ['change', 1],
    stop: ['change', 1],
    delete: ['change', 1],
    addReservation: ['change', 2],
    removeReservation: ['change', 2],
    update: ['change', 2],
    leases: ['read', 1],
  },
  filters: { define: ['change', 1], get: ['read', 1], list: ['read', 0], delete: ['change', 1] },
  backups: { create: ['change', 2], checkpoints: ['read', 1], deleteCheckpoint: ['change', 2] },
  migrations: { check: ['read', 2], migrate: ['change', 2] },
  host: { info: ['read', 0], devices: ['read', 0] },
};
