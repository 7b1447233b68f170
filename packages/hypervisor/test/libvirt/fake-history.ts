import { procedures, type protocol } from 'node-libvirt';
import { Failure } from 'node-libvirt/testing';
import { formatDomainSnapshotXML, parseDomainSnapshotXML, readXML, writeXML, type XMLElement } from 'node-libvirt/xml';
import { maximumVcpus, type FakeDomain, type FakeDomains } from './fake-domain.ts';

const running = 1;
const paused = 3;
const shutoff = 5;
const saved = 5;
const vcpuMaximum = 4;
const memoryMaximum = 4;

/** Lets a fake libvirtd have what a machine's life leaves behind: snapshots, saved memory, metadata, sizes, devices. */
export function answerHistory(libvirtd: FakeDomains): void {
  const { daemon } = libvirtd;
  const on = <Ret>(dom: protocol.NonnullDomain, answer: (domain: FakeDomain) => Ret | Failure): Ret | Failure =>
    libvirtd.with(dom, answer);
  const edit = (domain: FakeDomain, change: (root: XMLElement) => void): undefined => {
    const root = readXML(domain.xml);
    change(root);
    domain.xml = writeXML(root);
  };
  const child = (element: XMLElement, name: string): XMLElement => {
    const found = element.children.find((each) => typeof each === 'object' && each.name === name);
    if (typeof found === 'object') return found;
    const made: XMLElement = { name, attributes: {}, children: [] };
    element.children.push(made);
    return made;
  };

  daemon.on(procedures.domainHasManagedSaveImage, ({ args }) =>
    on(args.dom, ({ state, reason }) => ({ result: state === shutoff && reason === saved ? 1 : 0 })),
  );
  daemon.on(procedures.domainManagedSave, ({ args }) =>
    on(args.dom, (domain) => libvirtd.change(domain, shutoff, saved, 5, 4)),
  );
  daemon.on(procedures.domainManagedSaveRemove, ({ args }) => on(args.dom, (domain) => void (domain.reason = 0)));
  daemon.on(procedures.domainGetAutostart, ({ args }) => on(args.dom, ({ autostart }) => ({ autostart })));
  daemon.on(procedures.domainSetAutostart, ({ args }) =>
    on(args.dom, (domain) => void (domain.autostart = args.autostart)),
  );
  daemon.on(procedures.domainRename, ({ args }) =>
    on(args.dom, (domain) => {
      const name = args.newName ?? '';
      domain.reference = { ...domain.reference, name };
      edit(domain, (root) => (child(root, 'name').children = [name]));
      return { retcode: 0 };
    }),
  );
  daemon.on(procedures.domainSetMetadata, ({ args }) =>
    on(args.dom, (domain) =>
      edit(domain, (root) => {
        if (args.type === 0) {
          root.children = root.children.filter((each) => typeof each === 'string' || each.name !== 'description');
          if (args.metadata !== undefined) child(root, 'description').children = [args.metadata];
          return;
        }
        const own = readXML(args.metadata ?? '<none/>');
        own.name = `${args.key}:${own.name}`;
        own.attributes[`xmlns:${args.key}`] = args.uri ?? '';
        child(root, 'metadata').children = [own];
      }),
    ),
  );
  daemon.on(procedures.domainGetInfo, ({ args }) =>
    on(args.dom, ({ state }) => ({ state, maxMem: 1, memory: 1, nrVirtCpu: 1, cpuTime: 1_500_000_000n })),
  );
  daemon.on(procedures.domainGetMaxVcpus, () => ({ num: 1 }));
  daemon.on(procedures.domainGetVcpusFlags, ({ args }) =>
    on(args.dom, (domain) => ({ num: domain.next.maximumVcpus ?? maximumVcpus(domain) })),
  );
  daemon.on(procedures.domainSetVcpusFlags, ({ args }) =>
    on(args.dom, (domain) => {
      if ((args.flags ?? 0) & vcpuMaximum) return void (domain.next.maximumVcpus = args.nvcpus);
      domain.next.vcpus = args.nvcpus;
      return libvirtd.settle(domain);
    }),
  );
  daemon.on(procedures.domainGetMaxMemory, () => ({ memory: 1024 }));
  daemon.on(procedures.domainSetMemoryFlags, ({ args }) =>
    on(args.dom, (domain) => {
      if ((args.flags ?? 0) & memoryMaximum) return undefined;
      domain.next.memoryKib = args.memory;
      return libvirtd.settle(domain);
    }),
  );
  daemon.on(procedures.domainAttachDeviceFlags, ({ args }) =>
    on(args.dom, (domain) => edit(domain, (root) => child(root, 'devices').children.push(readXML(args.xml)))),
  );
  daemon.on(procedures.domainDetachDeviceFlags, ({ args }) =>
    on(args.dom, (domain) =>
      edit(domain, (root) => {
        const gone = writeXML(readXML(args.xml));
        const devices = child(root, 'devices');
        devices.children = devices.children.filter((each) => typeof each === 'string' || writeXML(each) !== gone);
      }),
    ),
  );
  daemon.on(procedures.domainUpdateDeviceFlags, ({ args }) =>
    on(args.dom, (domain) =>
      edit(domain, (root) => {
        const drive = readXML(args.xml);
        const devices = child(root, 'devices');
        const target = JSON.stringify(child(drive, 'target').attributes);
        devices.children = devices.children.map((each) =>
          typeof each === 'object' &&
          each.name === 'disk' &&
          JSON.stringify(child(each, 'target').attributes) === target
            ? drive
            : each,
        );
      }),
    ),
  );
  daemon.on(procedures.domainGetBlockInfo, () => ({ allocation: 10, capacity: 100, physical: 100 }));
  daemon.on(procedures.domainBlockResize, () => undefined);
  daemon.on(procedures.domainGetDiskErrors, () => ({ errors: [{ disk: 'vda', error: 2 }], nerrors: 1 }));
  answerSnapshots(libvirtd, on);
}

type On = <Ret>(dom: protocol.NonnullDomain, answer: (domain: FakeDomain) => Ret | Failure) => Ret | Failure;

function answerSnapshots(libvirtd: FakeDomains, on: On): void {
  const { daemon } = libvirtd;
  const withSnapshot = <Ret>(
    snap: protocol.NonnullDomainSnapshot,
    answer: (xml: string, domain: FakeDomain) => Ret,
  ): Ret | Failure =>
    on(snap.dom, (domain) => {
      const xml = domain.snapshots.get(snap.name);
      const message = `Domain snapshot not found: no domain snapshot with matching name '${snap.name}'`;
      return xml === undefined ? new Failure({ code: 72, domain: 35, message }) : answer(xml, domain);
    });
  daemon.on(procedures.domainSnapshotNum, ({ args }) => on(args.dom, ({ snapshots }) => ({ num: snapshots.size })));
  daemon.on(procedures.domainListAllSnapshots, ({ args }) =>
    on(args.dom, ({ snapshots, reference }) => ({
      snapshots: Array.from(snapshots.keys(), (name) => ({ name, dom: reference })),
      ret: snapshots.size,
    })),
  );
  daemon.on(procedures.domainSnapshotLookupByName, ({ args: { dom, name } }) =>
    withSnapshot({ dom, name }, () => ({ snap: { dom, name } })),
  );
  daemon.on(procedures.domainSnapshotCreateXml, ({ args: { dom, xmlDesc } }) =>
    on(dom, (domain) => {
      const { name = '', description, disks, memory: asked } = parseDomainSnapshotXML(xmlDesc);
      const parent = domain.currentSnapshot;
      const state = domain.state === running ? 'running' : domain.state === paused ? 'paused' : 'shutoff';
      const memory = asked ?? ({ snapshot: state !== 'shutoff' && disks === undefined ? 'internal' : 'no' } as const);
      const creationTime = String(1_800_000_000 + domain.snapshots.size);
      const xml = formatDomainSnapshotXML({
        name,
        description,
        state,
        memory,
        disks,
        creationTime,
        parent: parent === undefined ? undefined : { name: parent },
      });
      domain.snapshots.set(name, xml);
      domain.currentSnapshot = name;
      return { snap: { dom, name } };
    }),
  );
  daemon.on(procedures.domainSnapshotGetXmlDesc, ({ args }) => withSnapshot(args.snap, (xml) => ({ xml })));
  daemon.on(procedures.domainSnapshotIsCurrent, ({ args }) =>
    withSnapshot(args.snap, (_, { currentSnapshot }) => ({ current: currentSnapshot === args.snap.name ? 1 : 0 })),
  );
  daemon.on(procedures.domainRevertToSnapshot, ({ args }) =>
    withSnapshot(args.snap, (xml, domain) => {
      domain.currentSnapshot = args.snap.name;
      const { state } = parseDomainSnapshotXML(xml);
      domain.state = state === 'running' ? running : state === 'paused' ? paused : shutoff;
    }),
  );
  daemon.on(procedures.domainSnapshotDelete, ({ args }) =>
    withSnapshot(args.snap, (_, domain) => {
      if (args.flags) domain.snapshots.clear();
      else domain.snapshots.delete(args.snap.name);
    }),
  );
}
