import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kerberosDirectory, makeRealm } from './kerberos.ts';
import { directory, gate, type LabDaemon, pkiDirectory, vault } from './state.ts';

/** The ports in the lab's network. */
export const ports = { tcp: 16_509, tls: 16_514, saslTcp: 16_609, saslTls: 16_614, ssh: 2222, kerberos: 8800 };

/** Who may log in to the vault. */
export const login = { user: 'ada', password: 'pencil, "ink" and ü', realm: 'lab' };

/** The key that the SSH server takes, and the file with the server's own. */
export const sshKey: string = join(gate.directory, 'ssh/client');

/** The sockets stand where every client looks for them: SSH's users find them there. */
const common = `
unix_sock_group = "root"
unix_sock_ro_perms = "0777"
unix_sock_rw_perms = "0777"
auth_unix_ro = "none"
listen_tcp = 1
listen_tls = 1
ca_file = "${pkiDirectory}/server/cacert.pem"
cert_file = "${pkiDirectory}/server/servercert.pem"
key_file = "${pkiDirectory}/server/serverkey.pem"
`;

/** Writes what the gate needs: it listens to TCP and TLS, knows users by polkit, and has an SSH server. */
export function prepareGate(): void {
  configure(
    gate,
    `auth_unix_rw = "polkit"
auth_tcp = "none"
auth_tls = "none"
tcp_port = "${ports.tcp}"
tls_port = "${ports.tls}"
`,
  );
  const ssh = join(gate.directory, 'ssh');
  mkdirSync(ssh, { recursive: true });
  for (const name of ['client', 'host']) {
    if (!existsSync(join(ssh, name))) {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', join(ssh, name)]);
    }
  }
  writeFileSync(
    join(ssh, 'sshd_config'),
    `ListenAddress 127.0.0.1:${ports.ssh}
HostKey ${ssh}/host
AuthorizedKeysFile ${ssh}/client.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
PidFile none
`,
  );
  const rules = join(gate.directory, 'polkit');
  mkdirSync(rules, { recursive: true });
  writeFileSync(
    join(rules, '10-lab.rules'),
    `polkit.addRule(function (action, subject) {
  if (action.id === 'org.libvirt.unix.manage') return subject.user === 'daemon' ? polkit.Result.YES : polkit.Result.NO;
});
`,
  );
  writeFileSync(
    join(gate.directory, 'prepare.sh'),
    `mkdir -p /run/dbus /run/sshd
dbus-daemon --system --fork --nopidfile
mount --bind "${rules}" /etc/polkit-1/rules.d
/usr/lib/polkit-1/polkitd --no-debug > /dev/null 2>&1 &
/usr/sbin/sshd -f "${ssh}/sshd_config" -E "${gate.directory}/log/sshd.log"
`,
  );
}

/** Writes what the vault needs: it knows its users by SASL alone, on every socket. */
export function prepareVault(): void {
  configure(
    vault,
    `auth_unix_rw = "sasl"
auth_tcp = "sasl"
auth_tls = "sasl"
tls_no_verify_certificate = 1
tcp_port = "${ports.saslTcp}"
tls_port = "${ports.saslTls}"
`,
  );
  const sasl = join(vault.directory, 'sasl');
  mkdirSync(sasl, { recursive: true });
  const users = join(sasl, 'passwd.db');
  writeFileSync(
    join(sasl, 'libvirt.conf'),
    `mech_list: gssapi scram-sha-512 scram-sha-256 scram-sha-1 digest-md5 plain\nsasldb_path: ${users}\nkeytab: ${join(kerberosDirectory, 'libvirt.keytab')}\n`,
  );
  const { user, password, realm } = login;
  execFileSync('saslpasswd2', ['-p', '-c', '-a', 'libvirt', '-f', users, '-u', realm, user], { input: password });
  makeRealm();
  writeFileSync(
    join(vault.directory, 'prepare.sh'),
    `mount --bind "${sasl}" /etc/sasl2
export KRB5_CONFIG="${kerberosDirectory}/inside.conf"
KRB5_KDC_PROFILE="${kerberosDirectory}/kdc.conf" krb5kdc -P "${kerberosDirectory}/kdc.pid"
`,
  );
}

function configure(daemon: LabDaemon, settings: string): void {
  // Whoever may ask at the socket must be able to reach it.
  for (const path of [directory, daemon.directory, join(daemon.directory, 'run')]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o755);
  }
  writeFileSync(join(daemon.directory, 'extra.conf'), common + settings);
  writeFileSync(join(daemon.directory, 'arguments'), '--listen\n');
}
