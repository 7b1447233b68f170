import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from './npm-package.ts';
import { directory } from './state.ts';

/** The folder of the lab's Kerberos realm: keys, configurations, the npm package that clients use. */
export const kerberosDirectory: string = join(directory, 'kerberos');

/** Where the key server listens in the lab's network. */
const port = 8800;
const realm = 'LAB.TEST';
const principals = { 'libvirt/localhost': 'libvirt.keytab', ada: 'client.keytab' };

/** Writes the realm's configuration, and its keys: of the daemon's service, and of a user. */
export function makeRealm(): void {
  mkdirSync(kerberosDirectory, { recursive: true });
  writeConfiguration('inside.conf', port);
  const database = join(kerberosDirectory, 'principal');
  writeFileSync(
    join(kerberosDirectory, 'kdc.conf'),
    `[kdcdefaults]
kdc_listen = 127.0.0.1:${port}
kdc_tcp_listen = 127.0.0.1:${port}
[realms]
${realm} = {
  database_name = ${database}
  key_stash_file = ${kerberosDirectory}/stash
  acl_file = ${kerberosDirectory}/acl
}
[logging]
kdc = FILE:${kerberosDirectory}/kdc.log
`,
  );
  if (existsSync(database)) return;
  run('kdb5_util', 'create', '-r', realm, '-s', '-P', 'lab');
  for (const [principal, keytab] of Object.entries(principals)) {
    run('kadmin.local', '-r', realm, 'addprinc', '-randkey', principal);
    run('kadmin.local', '-r', realm, 'ktadd', '-k', join(kerberosDirectory, keytab), principal);
  }
}

/** Writes how clients of this machine reach the key server. */
export function writeClientConfiguration(outsidePort: number): void {
  writeConfiguration('krb5.conf', outsidePort);
}

/** Compiles the npm package `kerberos` against Debian's library: it has no part that would not compile. */
export function installKerberos(): void {
  installPackage(join(kerberosDirectory, 'client'), 'kerberos@7.0.0', 'kerberos/build/Release/kerberos.node');
}

function writeConfiguration(name: string, kdcPort: number): void {
  writeFileSync(
    join(kerberosDirectory, name),
    `[libdefaults]
default_realm = ${realm}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
ignore_acceptor_hostname = true
udp_preference_limit = 1
[realms]
${realm} = {
  kdc = 127.0.0.1:${kdcPort}
}
[domain_realm]
localhost = ${realm}
`,
  );
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, [...args], {
    env: {
      ...process.env,
      PATH: `${process.env['PATH']}:/usr/sbin`,
      KRB5_CONFIG: join(kerberosDirectory, 'inside.conf'),
      KRB5_KDC_PROFILE: join(kerberosDirectory, 'kdc.conf'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
