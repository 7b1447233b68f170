import { constants, procedures, type protocol } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { parseDomainCheckpointXML, readXML, writeXML } from 'node-libvirt/xml';
import { selectElements } from '../../src/libvirt/definition/select-elements.ts';
import type { FakeDomain, FakeDomains } from './fake-domain.ts';

const { VIR_DOMAIN_SHUTOFF: shutoff } = constants;
const noCheckpoint = (name: string): Failure =>
  new Failure({
    code: constants.VIR_ERR_NO_DOMAIN_CHECKPOINT,
    domain: 10,
    message: `Domain checkpoint not found: no checkpoint '${name}'`,
  });

/** A fake libvirtd that takes domains over. */
export interface FakeMigrationPeer {
  /** Defines a domain that arrives, in the state that it had. */
  receive(domain: FakeDomain, name: string, xml: string | undefined): protocol.NonnullDomain;
}

/** Lets a fake libvirtd have jobs: backups with checkpoints, merges of images, and migrations to peers by their URI. */
export function answerJobs(
  libvirtd: FakeDomains & FakeMigrationPeer,
  forget: (domain: FakeDomain) => void,
  peers: ReadonlyMap<string, FakeMigrationPeer>,
): void {
  const { daemon } = libvirtd;
  const text = (params: readonly protocol.TypedParam[], name: string): string | undefined =>
    params.find(({ field }) => field === name)?.value.value as string | undefined;

  daemon.on(procedures.domainGetJobStats, ({ args }) =>
    libvirtd.with(args.dom, () => ({ type: args.flags ? 3 : 0, params: [] })),
  );
  daemon.on(procedures.domainBackupBegin, ({ args }) =>
    libvirtd.with(args.dom, (domain) => {
      if (args.backupXml.includes('broken')) return new Failure({ code: 9, message: 'No space left on device' });
      const { name = '' } = parseDomainCheckpointXML(args.checkpointXml ?? '<domaincheckpoint/>');
      domain.checkpoints.push(name);
      return undefined;
    }),
  );
  daemon.on(procedures.domainListAllCheckpoints, ({ args }) =>
    libvirtd.with(args.dom, ({ checkpoints, reference: dom }) => ({
      checkpoints: checkpoints.map((name) => ({ name, dom })),
      ret: checkpoints.length,
    })),
  );
  daemon.on(procedures.domainCheckpointLookupByName, ({ args }) =>
    libvirtd.with(args.dom, ({ checkpoints }) =>
      checkpoints.includes(args.name) ? { checkpoint: { name: args.name, dom: args.dom } } : noCheckpoint(args.name),
    ),
  );
  daemon.on(procedures.domainCheckpointGetXmlDesc, ({ args: { checkpoint } }) =>
    libvirtd.with(checkpoint.dom, ({ checkpoints }) => {
      const parent = checkpoints[checkpoints.indexOf(checkpoint.name) - 1];
      const above = parent === undefined ? '' : `<parent><name>${parent}</name></parent>`;
      return {
        xml: `<domaincheckpoint><name>${checkpoint.name}</name>${above}<creationTime>1800000000</creationTime></domaincheckpoint>`,
      };
    }),
  );
  daemon.on(procedures.domainCheckpointDelete, ({ args: { checkpoint } }) =>
    libvirtd.with(checkpoint.dom, ({ checkpoints }) => {
      checkpoints.splice(checkpoints.indexOf(checkpoint.name), 1);
      return undefined;
    }),
  );

  const jobs = new Set<string>();
  daemon.on(procedures.domainBlockCommit, ({ args }) => void jobs.add(args.disk));
  daemon.on(procedures.domainGetBlockJobInfo, ({ args }) => ({
    found: jobs.has(args.path) ? 1 : 0,
    type: 4,
    bandwidth: 0,
    cur: 10,
    end: 10,
  }));
  daemon.on(procedures.domainBlockJobAbort, ({ args }) =>
    libvirtd.with(args.dom, (domain) => {
      jobs.delete(args.path);
      const root = readXML(domain.xml);
      const [disk] = selectElements(root, `/domain/devices/disk[target/@dev='${args.path}']`);
      const [below] = selectElements(root, `/domain/devices/disk[target/@dev='${args.path}']/backingStore/source`);
      if (disk !== undefined && below !== undefined) {
        disk.element.children = disk.element.children.flatMap((child) => {
          if (typeof child === 'string') return [];
          if (child.name === 'backingStore') return [];
          return [child.name === 'source' ? below.element : child];
        });
      }
      domain.xml = writeXML(root);
      return undefined;
    }),
  );

  daemon.on(procedures.connectSupportsFeature, () => ({ supported: 1 }));
  daemon.on(procedures.nodeGetFreeMemory, () => ({ freeMem: 4 * 1024 ** 3 }));
  daemon.on(procedures.connectCompareHypervisorCpu, () => ({ result: 2 }));
  daemon.on(procedures.domainMigrateSetMaxDowntime, () => undefined);
  daemon.on(procedures.domainMigrateBegin3Params, ({ args }) =>
    libvirtd.with(args.dom, ({ xml, reference, state }) => ({
      // The cookie names the domain as its own XML does not.
      cookieOut: Buffer.from(JSON.stringify({ uuid: reference.uuid, state })),
      xml: text(args.params, constants.VIR_MIGRATE_PARAM_DEST_XML) ?? xml,
    })),
  );
  let incoming: { readonly uuid: string; readonly state: number } | undefined;
  let incomingXml: string | undefined;
  daemon.on(procedures.domainMigratePrepare3Params, ({ args }) => {
    incoming = JSON.parse(Buffer.from(args.cookieIn).toString()) as typeof incoming;
    incomingXml = text(args.params, constants.VIR_MIGRATE_PARAM_DEST_XML);
    return { cookieOut: new Uint8Array(), uriOut: 'tcp://there' };
  });
  const leave = (domain: FakeDomain, flags: number | undefined): void => {
    libvirtd.change(domain, shutoff, 4, 5, 3);
    if (((flags ?? 0) & constants.VIR_MIGRATE_UNDEFINE_SOURCE) !== 0) forget(domain);
  };
  daemon.on(procedures.domainMigratePerform3Params, ({ args }) =>
    libvirtd.with(args.dom, (domain) => {
      if (args.dconnuri === undefined) {
        const fails = domain.reference.name.includes('stuck');
        return fails
          ? new Failure({ code: 9, domain: 10, message: 'migration failed' })
          : { cookieOut: new Uint8Array() };
      }
      const peer = peers.get(args.dconnuri);
      if (peer === undefined) return new Failure({ code: 38, message: 'unable to connect' });
      peer.receive(domain, domain.reference.name, undefined);
      leave(domain, args.flags);
      return { cookieOut: new Uint8Array() };
    }),
  );
  daemon.on(procedures.domainMigrateFinish3Params, ({ args }) => {
    const none = { name: '', uuid: '00000000-0000-0000-0000-000000000000', id: -1 };
    const name = text(args.params, constants.VIR_MIGRATE_PARAM_DEST_NAME) ?? '';
    if (args.cancelled === 1 || incoming === undefined) return { dom: none, cookieOut: new Uint8Array() };
    const domain = { reference: { name, uuid: incoming.uuid, id: 1 }, state: incoming.state } as FakeDomain;
    return { dom: libvirtd.receive(domain, name, incomingXml), cookieOut: new Uint8Array() };
  });
  daemon.on(procedures.domainMigrateConfirm3Params, ({ args }) =>
    libvirtd.with(args.dom, (domain) => {
      if (args.cancelled === 0) leave(domain, args.flags);
      return undefined;
    }),
  );
}
