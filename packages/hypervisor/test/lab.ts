import { join } from 'node:path';

const { NOVACRON_LAB, NOVACRON_LAB_GUEST, NOVACRON_LAB_PEER } = process.env;
if (NOVACRON_LAB === undefined || NOVACRON_LAB_GUEST === undefined) {
  throw new Error('These tests need the lab: run "npm run lab -- up", then "npm run test:lab"');
}

/** The URI of the lab's libvirtd. */
export const labUri: string = NOVACRON_LAB;

/** The URI of the lab's second libvirtd, to which guests migrate. */
export const labPeerUri: string = NOVACRON_LAB_PEER ?? '';

/** The socket of the lab's libvirtd. */
export const labSocket: string = new URL(NOVACRON_LAB).searchParams.get('socket') ?? '';

/** The files that the lab's guest boots from. */
export const labGuest: { readonly kernel: string; readonly initrd: string } = {
  kernel: join(NOVACRON_LAB_GUEST, 'vmlinuz'),
  initrd: join(NOVACRON_LAB_GUEST, 'initrd.gz'),
};

/** The pool of the lab's libvirtd. */
export const labPool = 'lab';
