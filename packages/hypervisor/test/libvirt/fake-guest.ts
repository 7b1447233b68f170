import { procedures, type protocol } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import type { FakeDomains } from './fake-domain.ts';

const running = 1;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const text = (field: string, value: string): protocol.TypedParam => ({ field, value: { type: 7, value } });

interface AgentCommand {
  readonly execute: string;
  readonly arguments?: { readonly path?: string; readonly arg?: readonly string[]; readonly 'buf-b64'?: string };
}

/** Lets the guests of a fake libvirtd have agents, consoles and screens. */
export function answerGuests(libvirtd: FakeDomains): void {
  const { daemon } = libvirtd;
  const files = new Map([['/proc/uptime', Buffer.from('61.5 60.0\n')]]);
  let opened = '';
  let output = '';
  const answers: Readonly<Record<string, (command: AgentCommand) => unknown>> = {
    'guest-ping': () => ({}),
    'guest-exec': ({ arguments: { arg = [] } = {} }) => {
      output = `${arg.join(' ')}\n`;
      return { pid: 7 };
    },
    'guest-exec-status': () => ({ exited: true, exitcode: 0, 'out-data': base64(output) }),
    'guest-file-open': ({ arguments: { path = '' } = {} }) => {
      opened = path;
      return 1;
    },
    'guest-file-write': (command) => {
      const bytes = Buffer.from(command.arguments?.['buf-b64'] ?? '', 'base64');
      files.set(opened, bytes);
      return { count: bytes.length };
    },
    'guest-file-read': () => ({ 'buf-b64': files.get(opened)?.toString('base64') ?? '', eof: true }),
    'guest-file-close': () => ({}),
  };
  daemon.on(procedures.qemuDomainAgentCommand, ({ args }) =>
    libvirtd.with(args.dom, ({ state }) => {
      if (state !== running) return new Failure({ code: 55, domain: 10, message: 'domain is not running' });
      if (!libvirtd.guestsObey) return new Failure({ code: 86, domain: 10, message: 'Guest agent is not responding' });
      const command = JSON.parse(args.cmd) as AgentCommand;
      return { result: JSON.stringify({ return: answers[command.execute]?.(command) ?? {} }) };
    }),
  );
  daemon.on(procedures.domainGetTime, () => ({ seconds: Math.floor(Date.now() / 1000), nseconds: 0 }));
  daemon.on(procedures.domainSetTime, () => undefined);
  daemon.on(procedures.domainSetUserPassword, () => undefined);
  daemon.on(procedures.domainFsfreeze, () => ({ filesystems: 2 }));
  daemon.on(procedures.domainFsthaw, () => ({ filesystems: 2 }));
  daemon.on(procedures.domainFstrim, () => undefined);
  daemon.on(procedures.domainGetGuestInfo, () => ({
    params: [text('hostname', 'guest'), text('os.pretty-name', 'Debian'), text('os.kernel-release', '6.1')],
  }));
  daemon.on(procedures.domainInterfaceAddresses, ({ args }) =>
    args.source === 1 && !libvirtd.guestsObey
      ? new Failure({ code: 86, domain: 10, message: 'Guest agent is not responding' })
      : {
          ifaces: [
            {
              name: args.source === 1 ? 'eth0' : 'vnet0',
              hwaddr: '52:54:00:00:00:01',
              addrs: [{ type: 0, addr: '10.0.0.2', prefix: 24 }],
            },
          ],
        },
  );
  daemon.onStream(procedures.domainOpenConsole, ({ stream }) => {
    stream.send(Buffer.from('login: '));
    return undefined;
  });
  daemon.onStream(procedures.domainScreenshot, ({ stream }) => {
    stream.send(Buffer.from('P6'));
    stream.end();
    return { mime: 'image/x-portable-pixmap' };
  });
}
