import { unsupportedError } from '../error.ts';
import type { Hypervisor } from '../spec/hypervisor.ts';
import type { VmOperations } from '../spec/operations/vms.ts';

/**
 * What reads and makes definitions.
 *
 * @throws {HypervisorError} NOVA_HYPERVISOR_UNSUPPORTED when the driver can't.
 */
export function definable({ vms, driver }: Hypervisor): Required<Pick<VmOperations, 'define' | 'definition'>> {
  const { define, definition } = vms as {
    [Name in 'define' | 'definition']?: OmitThisParameter<NonNullable<VmOperations[Name]>>;
  };
  if (define === undefined || definition === undefined) throw unsupportedError(driver, 'definitions');
  return { define, definition };
}
