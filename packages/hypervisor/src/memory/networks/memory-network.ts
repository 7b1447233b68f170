import type { NetworkParts } from '../../spec/operations/network-parts.ts';
import type { DhcpReservation, NetworkSpec } from '../../spec/operations/networks.ts';

/** A simulated network. */
export interface MemoryNetwork {
  readonly id: string;
  readonly spec: NetworkSpec;
  active: boolean;
  readonly autostart: boolean;
  reservations: readonly DhcpReservation[];
  /** What comes and goes beside the reservations. */
  parts: NetworkParts;
}

/** A reservation as it is kept. */
export const lowerCase = (reservation: DhcpReservation): DhcpReservation => ({
  ...reservation,
  macAddress: reservation.macAddress.toLowerCase(),
});
