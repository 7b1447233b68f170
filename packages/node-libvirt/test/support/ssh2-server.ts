import { type AddressInfo, createConnection } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the tests use of the npm package `ssh2`, which has a server too. */
interface Ssh2Server {
  readonly Server: new (
    config: { hostKeys: string[] },
    onClient: (client: Ssh2ServerClient) => void,
  ) => { listen(port: number, host: string, done: () => void): void; address(): AddressInfo; close(): void };
  readonly utils: {
    generateKeyPairSync(type: string): { readonly private: string; readonly public: string };
    parseKey(text: string): { getPublicSSH(): Buffer };
  };
}

interface Ssh2ServerClient {
  on(event: string, listener: (...args: never[]) => void): this;
  end(): void;
}

interface Attempt {
  readonly method: string;
  readonly username: string;
  readonly password?: string;
  readonly key?: { readonly data: Buffer };
  /** Comes with the second question; the first only asks whether the key would do. */
  readonly signature?: Buffer;
  accept(): void;
  reject(methods: string[]): void;
  prompt(prompts: { prompt: string; echo: boolean }[], done: (answers: string[]) => void): void;
}

const name = 'ssh2';
const { Server, utils } = ((await import(name)) as { default: Ssh2Server }).default;

/** Makes a pair of keys. */
export function makeKeys(): { readonly private: string; readonly public: string; readonly wire: Buffer } {
  const pair = utils.generateKeyPairSync('ed25519');
  return { ...pair, wire: utils.parseKey(pair.public).getPublicSSH() };
}

/** An SSH server that lets `ada` in with the password `sesame` or a key, and passes every command on to a socket. */
export class SshServer {
  readonly hostKey: ReturnType<typeof makeKeys> = makeKeys();
  /** What the clients ran, and how they logged in. */
  readonly commands: string[] = [];
  readonly methods: string[] = [];
  /** What the server does with a command instead. */
  onExec: ((stream: Duplex & { exit(code: number): void; stderr: Duplex }) => void) | undefined;
  port = 0;
  private readonly server: InstanceType<typeof Server>;
  private readonly clients: Ssh2ServerClient[] = [];

  private constructor(socket: string, publicKey: Buffer | undefined) {
    this.server = new Server({ hostKeys: [this.hostKey.private] }, (client) => {
      this.clients.push(client);
      client.on('error', () => {});
      client.on('authentication', (attempt: Attempt) => this.authenticate(attempt, publicKey));
      client.on('session', (accept: () => Ssh2ServerClient) => {
        accept().on(
          'exec',
          (
            acceptExec: () => Duplex & { exit(code: number): void; stderr: Duplex },
            _: unknown,
            info: { command: string },
          ) => {
            this.commands.push(info.command);
            const stream = acceptExec();
            if (this.onExec !== undefined) return this.onExec(stream);
            const inner = createConnection(socket);
            stream.pipe(inner).pipe(stream);
            stream.on('error', () => inner.destroy()).on('close', () => inner.destroy());
            inner.on('close', () => stream.end()).on('error', () => stream.end());
          },
        );
      });
    });
  }

  static async start(socket: string, publicKey?: Buffer): Promise<SshServer> {
    const ssh = new SshServer(socket, publicKey);
    await new Promise<void>((resolve) => ssh.server.listen(0, '127.0.0.1', resolve));
    ssh.port = ssh.server.address().port;
    return ssh;
  }

  stop(): void {
    for (const client of this.clients) client.end();
    this.server.close();
  }

  private authenticate(attempt: Attempt, publicKey: Buffer | undefined): void {
    const refuse = (): void => attempt.reject(['publickey', 'password', 'keyboard-interactive']);
    const accept = (): void => {
      if (attempt.method !== 'publickey' || attempt.signature !== undefined) this.methods.push(attempt.method);
      attempt.accept();
    };
    if (attempt.username !== 'ada') return refuse();
    if (attempt.method === 'password') return attempt.password === 'sesame' ? accept() : refuse();
    if (attempt.method === 'publickey')
      return publicKey !== undefined && attempt.key?.data.equals(publicKey) ? accept() : refuse();
    if (attempt.method !== 'keyboard-interactive') return refuse();
    attempt.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) => (answer === 'sesame' ? accept() : refuse()));
  }
}
