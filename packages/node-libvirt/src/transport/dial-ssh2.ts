import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CredentialsFinder } from '../auth/find-credentials.ts';
import { readIfThere } from '../config/client-config.ts';
import { configDirectory, type Environment } from '../config/environment.ts';
import type { Target } from '../config/resolve-target.ts';
import type { CallOptions } from '../rpc/call-options.ts';
import type { Clock } from '../rpc/clock.ts';
import { watchDeadline } from '../rpc/deadline.ts';
import { connectError } from './connect-error.ts';
import { commandError } from './dial-command.ts';
import { dialTcp, formatAddress } from './dial-tcp.ts';
import { fingerprint, judgeHostKey, knownHostsLine } from './known-hosts.ts';
import { ProcessStream } from './process-stream.ts';
import { remoteCommand } from './remote-command.ts';
import { loginMethods } from './ssh-arguments.ts';
import { loadSsh2, type Ssh2, type Ssh2Config } from './ssh2.ts';
import { isSet } from './tls-credentials.ts';

/** What a login over SSH needs besides the URI. */
export interface Ssh2Login {
  readonly environment: Environment;
  readonly credentials: CredentialsFinder;
  readonly readOnly: boolean;
  readonly clock: Clock;
}

const keyNames = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/**
 * Reaches a daemon by SSH without another process, through the npm package `ssh2`. It reads no `~/.ssh/config`; keys,
 * agent, and files of known hosts are found where libvirt's own `libssh2` transport finds them.
 *
 * @throws {LibvirtError} LIBVIRT_TRANSPORT_UNSUPPORTED when `ssh2` is not installed; LIBVIRT_SERVER_UNTRUSTED when the
 * host's key is not known; LIBVIRT_CLIENT_REFUSED when the login is; LIBVIRT_CONNECT_FAILED, LIBVIRT_ARGUMENT_INVALID,
 * LIBVIRT_ABORTED, LIBVIRT_TIMEOUT.
 */
export async function dialSsh2(
  target: Target,
  login: Ssh2Login,
  options?: CallOptions,
  load: () => Promise<Ssh2> = loadSsh2,
): Promise<ProcessStream> {
  const { Client } = await load();
  const address = { host: target.host ?? 'localhost', port: target.port ?? 22 };
  const where = formatAddress(address);
  const command = remoteCommand(target, login.readOnly);
  const identity = await findIdentity(target, login, options);
  const sock = await dialTcp(address, 'is an SSH server running there?', login.clock, options);
  const client = new Client();
  return new Promise((resolve, reject) => {
    let distrust: string | undefined;
    const fail = (error: Error): void => {
      release();
      client.destroy();
      sock.destroy();
      reject(error);
    };
    const release = watchDeadline(options, login.clock, 'connect', fail);
    const explain = (error: Error & { readonly level?: string }): Error => {
      if (distrust !== undefined) return connectError('LIBVIRT_SERVER_UNTRUSTED', distrust, { cause: error });
      const refused = error.level === 'client-authentication';
      const message = refused
        ? `ssh to ${where}: the login of "${identity.username}" was refused`
        : `ssh to ${where}: ${error.message}`;
      return connectError(refused ? 'LIBVIRT_CLIENT_REFUSED' : 'LIBVIRT_CONNECT_FAILED', message, { cause: error });
    };
    client.on('error', (error) => fail(explain(error)));
    client.on('close', () => fail(explain(new Error('it hung up'))));
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(() => identity.password ?? '')),
    );
    client.on('ready', () =>
      client.exec(command, (error, channel) => {
        if (error !== undefined) return fail(explain(error));
        release();
        const program = {
          stdin: channel,
          stdout: channel,
          stderr: channel.stderr,
          kill: (): void => {
            client.destroy();
            sock.destroy();
          },
          ref: (): void => void sock.ref(),
          unref: (): void => void sock.unref(),
        };
        const stream = new ProcessStream(program, (outcome, words) => commandError(`ssh to ${where}`, outcome, words));
        channel.once('close', (code?: number | null) => stream.ended(`exit code ${code ?? 'unknown'}`));
        resolve(stream);
      }),
    );
    client.connect({
      ...identity,
      sock,
      readyTimeout: 0,
      hostVerifier: (key, verified) => {
        void judge(target, login.environment, address.port, key).then((fault) => {
          distrust = fault;
          verified(fault === undefined);
        });
      },
    });
  });
}

/** Who logs in, and with what, in the order of the URI's `sshauth`. */
async function findIdentity(
  target: Target,
  { environment, credentials }: Ssh2Login,
  options: CallOptions | undefined,
): Promise<Omit<Ssh2Config, 'sock' | 'readyTimeout' | 'hostVerifier'>> {
  const methods = loginMethods(target.parameters['sshauth'] ?? 'agent,privkey,password,keyboard-interactive');
  const found = await credentials({ service: 'ssh', mechanism: 'ssh', realm: undefined, signal: options?.signal });
  const privateKey = methods.includes('privkey') ? await findKey(target, environment) : undefined;
  const agent = environment.variables['SSH_AUTH_SOCK'];
  const possible: Readonly<Record<string, boolean>> = {
    agent: agent !== undefined,
    privkey: privateKey !== undefined,
    password: found?.password !== undefined,
    'keyboard-interactive': found?.password !== undefined,
  };
  return {
    username: target.user ?? found?.user ?? 'root',
    authHandler: methods.filter((name) => possible[name]).map((name) => (name === 'privkey' ? 'publickey' : name)),
    tryKeyboard: true,
    ...(agent !== undefined && { agent }),
    ...(privateKey !== undefined && { privateKey }),
    ...(found?.password !== undefined && { password: found.password, passphrase: found.password }),
  };
}

async function findKey({ parameters }: Target, { homeDirectory }: Environment): Promise<string | undefined> {
  const { keyfile } = parameters;
  if (keyfile === undefined) {
    for (const name of keyNames) {
      const key = await readIfThere(`${homeDirectory}/.ssh/${name}`);
      if (key !== undefined) return key;
    }
    return undefined;
  }
  try {
    return await readFile(keyfile, 'utf8');
  } catch (error) {
    const message = `keyfile: ${keyfile} can not be read: ${(error as Error).message}`;
    throw connectError('LIBVIRT_CREDENTIALS_INVALID', message, { cause: error });
  }
}

/** What speaks against a host's key; undefined when nothing does. */
async function judge(target: Target, environment: Environment, port: number, key: Buffer): Promise<string | undefined> {
  const { known_hosts: named, known_hosts_verify: verify = 'normal' } = target.parameters;
  const host = target.host ?? 'localhost';
  if (verify === 'ignore') return undefined;
  const own = `${configDirectory(environment)}/known_hosts`;
  const paths = named === undefined ? [own, `${environment.homeDirectory}/.ssh/known_hosts`] : [named];
  try {
    const texts = await Promise.all(paths.map((path) => readIfThere(path)));
    const verdict = judgeHostKey(texts.join('\n'), host, port, key);
    if (verdict === 'known') return undefined;
    const told = `ssh to ${host}: its key ${fingerprint(key)}`;
    if (verdict !== 'unknown')
      return `${told} is ${verdict === 'revoked' ? 'revoked' : 'not the one that is known'} in ${paths.join(' or ')}`;
    if (verify !== 'auto' && !isSet(target, 'no_verify')) {
      return `${told} is not known; add it to ${paths[0]} once you have compared it, or accept new keys by "known_hosts_verify=auto"`;
    }
    await mkdir(dirname(named ?? own), { recursive: true, mode: 0o700 });
    await appendFile(named ?? own, knownHostsLine(host, port, key), { mode: 0o600 });
    return undefined;
  } catch (error) {
    return `ssh to ${host}: the known hosts can not be read or added to: ${(error as Error).message}`;
  }
}
