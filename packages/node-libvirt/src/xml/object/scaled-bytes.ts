import { invalidArgument } from '../tree/xml-fault.ts';

/** An amount as libvirt writes it: a whole number of a unit. */
export interface ScaledInteger {
  /** `KiB`, `MB`, `G`, ... in any case; how the amount is counted when absent depends on where it stands. */
  readonly unit?: string | undefined;
  readonly value?: number | bigint | undefined;
}

const powers = 'kmgtpe';

/**
 * Bytes of a domain's memory: `<memory unit='GiB'>2</memory>`; without a unit, the number is KiB.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the unit is unknown or there is no number.
 *
 * @example
 * ```ts
 * import { memoryBytes, parseDomainXML } from 'node-libvirt/xml';
 *
 * const domain = parseDomainXML("<domain type='kvm'><name>web</name><memory unit='GiB'>2</memory></domain>");
 * memoryBytes(domain.memory ?? {}) // => 2147483648
 * memoryBytes({ value: 1024 }) // => 1048576
 * ```
 */
export function memoryBytes(amount: ScaledInteger): number {
  return scaledBytes(amount, 'KiB');
}

/**
 * Bytes of a volume's or pool's capacity: `<capacity unit='GB'>8</capacity>`; without a unit, the number is bytes.
 *
 * @throws {LibvirtError} LIBVIRT_ARGUMENT_INVALID when the unit is unknown or there is no number.
 */
export function capacityBytes(amount: ScaledInteger): number {
  return scaledBytes(amount, 'B');
}

/** Bytes by libvirt's rule of units: `K` and `KiB` are 1024, `KB` is 1000; case does not matter. */
function scaledBytes({ unit: given, value }: ScaledInteger, otherwise: string): number {
  const unit = given ?? otherwise;
  const match = /^(?:b|bytes?|([kmgtpe])(i?b)?)$/i.exec(unit);
  if (match === null)
    throw invalidArgument(`unknown unit ${JSON.stringify(unit)}; expected B, KiB, MiB, GiB, KB, MB, ...`);
  if (typeof value !== 'bigint' && !Number.isFinite(value))
    throw invalidArgument(`expected an amount with a number, not ${String(value)}`);
  const [, power = '', suffix = ''] = match;
  const base = suffix.toLowerCase() === 'b' ? 1000 : 1024;
  return Number(value) * base ** (powers.indexOf(power.toLowerCase() || '?') + 1);
}
