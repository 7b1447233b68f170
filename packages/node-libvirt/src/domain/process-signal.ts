import type { Words } from '../values/words.ts';

/** The signals of Linux on x86 by their numbers, which libvirt uses everywhere (`virDomainProcessSignal`). */
const names = [
  'nop',
  'hup',
  'int',
  'quit',
  'ill',
  'trap',
  'abrt',
  'bus',
  'fpe',
  'kill',
  'usr1',
  'segv',
  'usr2',
  'pipe',
  'alrm',
  'term',
  'stkflt',
  'chld',
  'cont',
  'stop',
  'tstp',
  'ttin',
  'ttou',
  'urg',
  'xcpu',
  'xfsz',
  'vtalrm',
  'prof',
  'winch',
  'poll',
  'pwr',
  'sys',
] as const;

/** A signal for a process of a guest (`virDomainProcessSignal`). */
export type ProcessSignal = (typeof names)[number];

/** libvirt's number of each {@link ProcessSignal}. */
export const processSignals: Words<ProcessSignal> = Object.fromEntries(
  names.map((name, number) => [name, number]),
) as Record<ProcessSignal, number>;
