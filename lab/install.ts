import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const packages = [
  'libvirt-daemon-system',
  'libvirt-daemon',
  'libvirt-clients',
  'qemu-system-x86',
  'qemu-utils',
  'dnsmasq-base',
  'nftables',
  'iproute2',
  'busybox-static',
  'cpio',
  'kmod',
  'libxml2-utils',
  'python3-libvirt',
  'gnutls-bin',
  'sasl2-bin',
  'libsasl2-modules',
  'libsasl2-modules-gssapi-mit',
  'krb5-kdc',
  'krb5-admin-server',
  'libkrb5-dev',
  'g++',
  'make',
  'python3',
  'openssh-client',
  'openssh-server',
  'polkitd',
  'dbus',
  'util-linux',
  'virtinst',
  'prometheus',
  'victoria-metrics',
];

/** Installs the Debian packages that the lab needs and that are missing. */
export function installPackages(): void {
  if (process.getuid?.() !== 0)
    throw new Error('The lab needs root: it makes namespaces and starts daemons. Try sudo.');
  if (!existsSync('/usr/bin/apt-get'))
    throw new Error(
      `The lab installs Debian packages; on another system install these yourself: ${packages.join(' ')}`,
    );
  const missing = packages.filter((name) => !installed(name));
  if (missing.length === 0) return;
  console.error(`Installing ${missing.join(' ')} ...`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = { env: environment, stdio: ['ignore', 'ignore', 'inherit'] as const };
  execFileSync('apt-get', ['update', '-qq'], { env: quiet.env, stdio: [...quiet.stdio] });
  withoutStartingServices(() => {
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
      env: quiet.env,
      stdio: [...quiet.stdio],
    });
  });
}

/** The lab starts its own daemons; the packages' must not begin to listen on the machine because of it. */
function withoutStartingServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return install();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    rmSync(policy);
  }
}

function installed(name: string): boolean {
  try {
    const status = execFileSync('dpkg-query', ['-W', '-f', '${Status}', name], { stdio: ['ignore', 'pipe', 'ignore'] });
    return status.toString() === 'install ok installed';
  } catch {
    return false; // dpkg has never heard of it
  }
}
