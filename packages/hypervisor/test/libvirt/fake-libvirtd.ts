import { randomUUID } from 'node:crypto';
import { constants, procedures, type protocol } from 'node-libvirt';
import { FakeDaemon, Failure, type Peer } from 'node-libvirt/testing';
import { maximumVcpus, type FakeDomain, type FakeDomains } from './fake-domain.ts';
import { answerFilters } from './fake-filters.ts';
import { answerGuests } from './fake-guest.ts';
import { answerJobs, type FakeMigrationPeer } from './fake-jobs.ts';
import { answerHistory } from './fake-history.ts';
import { answerNetworks } from './fake-networks.ts';
import { answerSecrets, type FakeSecret } from './fake-secrets.ts';
import { answerStorage } from './fake-storage.ts';
import { escapeXml } from '../../src/escape-xml.ts';
import { findElement, parseXml } from '../../src/libvirt/xml.ts';

const { VIR_DOMAIN_RUNNING: running, VIR_DOMAIN_PAUSED: paused, VIR_DOMAIN_SHUTOFF: shutoff } = constants;

/** Those that migrate to each other. */
const peers = new Map<string, FakeMigrationPeer>();

const capabilities = (
  uuid: string,
): string => `<capabilities><host><uuid>${uuid}</uuid><cpu><arch>x86_64</arch></cpu></host>
  <guest><os_type>hvm</os_type><arch name='x86_64'><domain type='qemu'/><domain type='kvm'/></arch></guest></capabilities>`;

/** Where the errors of libvirt's QEMU driver come from, and their numbers. */
const noDomain = (name: string): Failure =>
  new Failure({ code: 42, domain: 10, message: `Domain not found: no domain with matching name '${name}'` });
const wrongState = (message: string): Failure => new Failure({ code: 55, domain: 10, message });

/**
 * A libvirtd with domains that change as those of QEMU do, without QEMU: for tests that need no guest, and for faults that
 * a real daemon shows only when it is killed.
 */
export class FakeLibvirtd implements FakeDomains, FakeMigrationPeer {
  readonly daemon: FakeDaemon;
  readonly domains: Map<string, FakeDomain> = new Map();
  /** The values of its secrets, by what they are for. */
  readonly secrets: ReadonlyMap<string, FakeSecret>;
  /** Guests do as they are asked; otherwise they ignore it. */
  guestsObey = true;
  /** 9.0.0 as libvirt packs it. */
  libvirtVersion = 9_000_000;
  readonly #listeners = new Map<number, { readonly peer: Peer; readonly event: number }>();
  #callbacks = 0;

  constructor(daemon: FakeDaemon) {
    this.daemon = daemon;
    this.#answerReads();
    this.#answerChanges();
    answerStorage(daemon);
    answerNetworks(daemon);
    answerFilters(daemon);
    this.secrets = answerSecrets(daemon);
    answerHistory(this);
    answerGuests(this);
    answerJobs(this, ({ reference }) => void this.domains.delete(reference.uuid), peers);
    peers.set(daemon.uri(), this);
    daemon.on(procedures.connectGetDomainCapabilities, () => ({
      capabilities: '<domainCapabilities><domain>kvm</domain><arch>x86_64</arch><vcpu max="16"/></domainCapabilities>',
    }));
  }

  static async start(): Promise<FakeLibvirtd> {
    return new FakeLibvirtd(await FakeDaemon.start());
  }

  #answerReads(): void {
    const { daemon } = this;
    const uuid = randomUUID();
    daemon.on(procedures.connectGetCapabilities, () => ({ capabilities: capabilities(uuid) }));
    daemon.on(procedures.connectGetHostname, () => ({ hostname: 'fake' }));
    daemon.on(procedures.connectGetType, () => ({ type: 'QEMU' }));
    daemon.on(procedures.connectGetLibVersion, () => ({ libVer: this.libvirtVersion }));
    daemon.on(procedures.connectGetVersion, () => ({ hvVer: 7_002_022 }));
    daemon.on(procedures.nodeGetInfo, () => ({
      model: 'x86_64',
      memory: 8 * 1024 ** 2,
      cpus: 4,
      mhz: 0,
      nodes: 1,
      sockets: 1,
      cores: 4,
      threads: 1,
    }));
    daemon.on(procedures.connectListAllDomains, () => ({
      domains: Array.from(this.domains.values(), ({ reference }) => reference),
      ret: this.domains.size,
    }));
    daemon.on(procedures.domainLookupByName, ({ args: { name } }) => {
      const found = [...this.domains.values()].find(({ reference }) => reference.name === name);
      return found === undefined ? noDomain(name) : { dom: found.reference };
    });
    daemon.on(procedures.domainLookupByUuid, ({ args: { uuid } }) => {
      const found = this.domains.get(uuid);
      return found === undefined ? noDomain(uuid) : { dom: found.reference };
    });
    daemon.on(procedures.domainGetState, ({ args }) =>
      this.#with(args.dom, ({ state, reason }) => ({ state, reason })),
    );
    daemon.on(procedures.domainGetXmlDesc, ({ args }) => this.#with(args.dom, ({ xml }) => ({ xml })));
    daemon.on(procedures.domainIsActive, ({ args }) =>
      this.#with(args.dom, ({ state }) => ({ active: state === shutoff ? 0 : 1 })),
    );
    daemon.on(procedures.domainIsPersistent, ({ args }) =>
      this.#with(args.dom, ({ persistent }) => ({ persistent: persistent ? 1 : 0 })),
    );
    daemon.on(procedures.connectGetAllDomainStats, ({ args }) => {
      const asked =
        args.doms.length > 0 ? args.doms.flatMap(({ uuid }) => this.domains.get(uuid) ?? []) : this.domains.values();
      return { retStats: Array.from(asked, (domain) => ({ dom: domain.reference, params: stats(domain) })) };
    });
  }

  #answerChanges(): void {
    const { daemon } = this;
    daemon.on(procedures.domainDefineXmlFlags, ({ args: { xml } }) => this.#define(xml));
    daemon.on(procedures.domainCreateWithFlags, ({ args }) =>
      this.#with(args.dom, (domain) => {
        if (domain.state !== shutoff) return wrongState('domain is already running');
        if (domain.xml.includes('/nowhere/'))
          return new Failure({ code: 38, domain: 18, int1: 2, message: 'No such file' });
        this.change(domain, running, 1, 2, 0);
        return { dom: domain.reference };
      }),
    );
    daemon.on(procedures.domainShutdownFlags, ({ args }) =>
      this.#with(args.dom, (domain) => {
        if (domain.state !== running) return wrongState('domain is not running');
        if (this.guestsObey) this.#off(domain, 1, 0);
        return undefined;
      }),
    );
    daemon.on(procedures.domainReboot, ({ args }) =>
      this.#with(args.dom, ({ reference: dom }) => {
        if (this.guestsObey)
          this.tell(1, (peer, callbackID) => peer.sendEvent('domainEventCallbackReboot', { callbackID, msg: { dom } }));
        return undefined;
      }),
    );
    daemon.on(procedures.domainReset, ({ args }) => this.#with(args.dom, () => undefined));
    daemon.on(procedures.domainDestroyFlags, ({ args }) =>
      this.#with(args.dom, (domain) =>
        domain.state === shutoff ? wrongState('domain is not running') : this.#off(domain, 2, 1),
      ),
    );
    daemon.on(procedures.domainSuspend, ({ args }) =>
      this.#with(args.dom, (domain) => this.change(domain, paused, 1, 3, 0)),
    );
    daemon.on(procedures.domainPmWakeup, ({ args }) =>
      this.#with(args.dom, (domain) => this.change(domain, running, 8, 1, 4)),
    );
    daemon.on(procedures.domainResume, ({ args }) =>
      this.#with(args.dom, (domain) => this.change(domain, running, 5, 4, 0)),
    );
    daemon.on(procedures.domainUndefineFlags, ({ args }) =>
      this.#with(args.dom, (domain) => {
        domain.persistent = false;
        if (domain.state === shutoff) this.domains.delete(domain.reference.uuid);
        return this.change(domain, domain.state, domain.reason, 1, 0);
      }),
    );
    daemon.on(procedures.connectDomainEventCallbackRegisterAny, ({ args, peer }) => {
      this.#listeners.set(++this.#callbacks, { peer, event: args.eventID });
      return { callbackID: this.#callbacks };
    });
    daemon.on(
      procedures.connectDomainEventCallbackDeregisterAny,
      ({ args }) => void this.#listeners.delete(args.callbackID),
    );
  }

  #define(xml: string): protocol.DomainDefineXmlFlagsRet | Failure {
    const name = findElement(parseXml(xml), 'name')?.text ?? '';
    const taken = [...this.domains.values()].some(({ reference }) => reference.name === name);
    if (taken)
      return new Failure({
        code: 9,
        domain: 20,
        message: `operation failed: domain '${name}' already exists with uuid x`,
      });
    const reference = { name, uuid: findElement(parseXml(xml), 'uuid')?.text ?? randomUUID(), id: -1 };
    const domain: FakeDomain = {
      reference,
      xml: xml.replace(/<name>.*<\/name>/, `<name>${escapeXml(name)}</name>`),
      state: shutoff,
      reason: 0,
      persistent: true,
      autostart: 0,
      next: {},
      snapshots: new Map(),
      currentSnapshot: undefined,
      checkpoints: [],
    };
    this.domains.set(reference.uuid, domain);
    this.change(domain, shutoff, 0, 0, 0);
    return { dom: reference };
  }

  /** A transient domain is gone with its end. */
  #off(domain: FakeDomain, reason: number, detail: number): undefined {
    if (!domain.persistent) this.domains.delete(domain.reference.uuid);
    return this.change(domain, shutoff, reason, 5, detail);
  }

  /** Defines a domain that arrives, in the state that it had. */
  receive({ reference, state, xml }: FakeDomain, name: string, sentXml: string | undefined): protocol.NonnullDomain {
    const arrived: FakeDomain = {
      reference: { ...reference, name },
      xml: (sentXml ?? xml).replace(/<name>.*?<\/name>/, `<name>${escapeXml(name)}</name>`),
      state,
      reason: state === running ? 4 : 0,
      persistent: true,
      autostart: 0,
      next: {},
      snapshots: new Map(),
      currentSnapshot: undefined,
      checkpoints: [],
    };
    this.domains.set(reference.uuid, arrived);
    this.change(arrived, state, arrived.reason, 2, 1);
    return arrived.reference;
  }

  /** Answers for a domain, or that there is none. */
  with<Ret>(dom: protocol.NonnullDomain, answer: (domain: FakeDomain) => Ret | Failure): Ret | Failure {
    return this.#with(dom, answer);
  }

  /** A domain that is off has the size that it was given. */
  settle(domain: FakeDomain): undefined {
    if (domain.state !== shutoff) return;
    const { vcpus, memoryKib } = domain.next;
    if (vcpus !== undefined) {
      const most = Math.max(vcpus, domain.next.maximumVcpus ?? maximumVcpus(domain));
      domain.xml = domain.xml.replace(/<vcpu[^>]*>\d+/, `<vcpu current='${vcpus}'>${most}`);
    }
    if (memoryKib !== undefined) domain.xml = domain.xml.replace(/(<memory[^>]*>)\d+/, `$1${memoryKib}`);
  }

  /** Does what a procedure does, then `meanwhile`, and only then answers; every time, or once. */
  interrupt(name: keyof typeof procedures, meanwhile: () => unknown, { once = false } = {}): void {
    const handlers = Reflect.get(this.daemon, 'handlers') as Map<string, (call: unknown) => unknown>;
    const usual = handlers.get(name);
    let done = false;
    handlers.set(name, async (call) => {
      const answer = await usual?.(call);
      if (!done) await meanwhile();
      done = once;
      return answer;
    });
  }

  /** Cuts all its connections, as a daemon does that is killed and starts again at once. */
  cut(): void {
    for (const { socket } of this.daemon.peers) socket.destroy();
  }

  /** The domain of this name. */
  named(name: string): FakeDomain {
    const found = [...this.domains.values()].find(({ reference }) => reference.name === name);
    if (found === undefined) throw new Error(`the test made no domain ${name}`);
    return found;
  }

  /** Changes a domain's state and tells the event: libvirt's numbers of the state, its reason, the event and its detail. */
  change(domain: FakeDomain, state: number, reason: number, event: number, detail: number): undefined {
    domain.state = state;
    domain.reason = reason;
    this.settle(domain);
    const message = { dom: domain.reference, event, detail };
    this.tell(0, (peer, callbackID) => peer.sendEvent('domainEventCallbackLifecycle', { callbackID, msg: message }));
  }

  /** Sends an event of one kind to all who asked for that kind. */
  tell(event: number, send: (peer: Peer, callbackID: number) => void): void {
    for (const [callbackID, listener] of this.#listeners) {
      if (listener.event === event && !listener.peer.socket.destroyed) send(listener.peer, callbackID);
    }
  }

  #with<Ret>(dom: protocol.NonnullDomain, answer: (domain: FakeDomain) => Ret | Failure): Ret | Failure {
    const domain = this.domains.get(dom.uuid);
    return domain === undefined ? noDomain(dom.name) : answer(domain);
  }
}

function stats({ state, reason }: FakeDomain): protocol.TypedParam[] {
  const int = (field: string, value: number): protocol.TypedParam => ({ field, value: { type: 1, value } });
  const long = (field: string, value: bigint): protocol.TypedParam => ({ field, value: { type: 4, value } });
  const text = (field: string, value: string): protocol.TypedParam => ({ field, value: { type: 7, value } });
  return [
    int('state.state', state),
    int('state.reason', reason),
    long('cpu.time', 2_500_000_000n),
    int('vcpu.current', 2),
    long('balloon.current', 131_072n),
    long('balloon.available', 100_000n),
    long('balloon.usable', 60_000n),
    long('balloon.rss', 200_000n),
    int('net.count', 1),
    text('net.0.name', 'vnet0'),
    long('net.0.rx.bytes', 10n),
    long('net.0.tx.bytes', 20n),
    long('net.0.rx.errs', 1n),
    long('net.0.tx.errs', 2n),
    int('block.count', 2),
    text('block.0.name', 'vda'),
    long('block.0.rd.bytes', 4096n),
    long('block.0.wr.bytes', 8192n),
    long('block.0.rd.reqs', 1n),
    text('block.1.name', 'sda'),
  ];
}
