import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeDaemon } from '../../src/testing/fake-daemon.ts';
import { pem, tcpFront, tlsFront } from './fronts.ts';
import { writePipe, writeProgram } from './programs.ts';
import { SshServer } from './ssh2-server.ts';

/** What to connect with, and how to end what leads there. */
export interface Way {
  readonly uri: string;
  close?(): Promise<void> | void;
}

/** Opens a way to a daemon, with a folder of its own for the files that it takes. */
export const ways: Readonly<Record<string, (daemon: FakeDaemon, folder: string) => Promise<Way>>> = {
  unix: (daemon) => Promise.resolve({ uri: daemon.uri() }),
  tcp: async (daemon) => {
    const front = await tcpFront(daemon);
    return { uri: `qemu+tcp://127.0.0.1:${front.port}/system`, close: () => front.close() };
  },
  tls: async (daemon, folder) => {
    const front = await tlsFront(daemon);
    for (const [file, name] of [
      ['cacert', 'ca'],
      ['clientcert', 'client'],
      ['clientkey', 'client-key'],
    ]) {
      writeFileSync(join(folder, `${file}.pem`), pem(`${name}.pem`));
    }
    return { uri: `qemu+tls://127.0.0.1:${front.port}/system?pkipath=${folder}`, close: () => front.close() };
  },
  ssh: (daemon, folder) => {
    writePipe(folder, 'virt-ssh-helper', daemon.path);
    const path = JSON.stringify(`${folder}:/usr/bin:/bin`);
    const program = writeProgram(
      folder,
      'ssh',
      `const child = spawn('/bin/sh', ['-c', process.argv.at(-1)], { stdio: 'inherit', env: { PATH: ${path} } });
child.on('exit', (code) => process.exit(code ?? 1));
process.on('SIGTERM', () => { child.kill(); process.exit(1); });`,
    );
    return Promise.resolve({ uri: `qemu+ssh://host/system?command=${program}` });
  },
  libssh2: async (daemon, folder) => {
    const ssh = await SshServer.start(daemon.path);
    const authFile = join(folder, 'auth.conf');
    writeFileSync(authFile, '[credentials-x]\npassword=sesame\n[auth-ssh-default]\ncredentials=x\n');
    const query = `known_hosts_verify=ignore&sshauth=password&authfile=${authFile}`;
    return { uri: `qemu+libssh2://ada@127.0.0.1:${ssh.port}/system?${query}`, close: () => ssh.stop() };
  },
  ext: (daemon, folder) =>
    Promise.resolve({ uri: `qemu+ext:///system?command=${writePipe(folder, 'tunnel', daemon.path)}` }),
};
