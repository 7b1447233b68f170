import type { CloudInitSpec } from '../spec/definition/cloud-init-spec.ts';
import type { IsoFile } from '../iso/iso-image.ts';

/**
 * What the image for cloud-init holds. The texts are JSON, which is YAML too, so that no value can be taken for
 * something else.
 *
 * @param instanceId - Changes with every new machine: cloud-init runs once for each.
 */
export function seedFiles(vmName: string, instanceId: string, spec: CloudInitSpec): readonly IsoFile[] {
  const { hostname = hostnameOf(vmName), networkConfig } = spec;
  return [
    { name: 'meta-data', content: `${JSON.stringify({ 'instance-id': instanceId, 'local-hostname': hostname })}\n` },
    { name: 'user-data', content: userData(spec) },
    ...(networkConfig === undefined ? [] : [{ name: 'network-config', content: networkConfig }]),
  ];
}

/** Letters, digits and hyphens of a machine's name. */
function hostnameOf(vmName: string): string {
  const letters = vmName.replaceAll(/[^a-zA-Z0-9-]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return letters.slice(0, 63) || 'vm';
}

function userData({ user, sshKeys, passwordHash, packages, commands, userData: own }: CloudInitSpec): string {
  if (own !== undefined) return own;
  const login =
    user === undefined
      ? { ssh_authorized_keys: sshKeys, password: passwordHash, ...(passwordHash && { chpasswd: { expire: false } }) }
      : {
          users: [
            {
              name: user,
              shell: '/bin/sh',
              sudo: 'ALL=(ALL) NOPASSWD:ALL',
              lock_passwd: passwordHash === undefined,
              passwd: passwordHash,
              ssh_authorized_keys: sshKeys,
            },
          ],
        };
  return `#cloud-config\n${JSON.stringify({ ...login, packages, runcmd: commands }, undefined, 2)}\n`;
}
