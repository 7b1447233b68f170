import { randomUUID } from 'node:crypto';
import { procedures, type protocol } from 'node-libvirt';
import { Failure, type FakeDaemon } from 'node-libvirt/testing';
import { formatNetworkXML, parseNetworkXML, readXML, type NetworkXML } from 'node-libvirt/xml';

interface FakeNetwork {
  readonly reference: protocol.NonnullNetwork;
  xml: NetworkXML;
  active: boolean;
  autostart: number;
}

const deleting = 2;
const noNetwork = (name: string): Failure =>
  new Failure({ code: 43, domain: 19, message: `Network not found: no network with matching name '${name}'` });

interface Section {
  /** Where its element stands in a network. */
  readonly wrap: (element: string) => string;
  readonly change: (xml: NetworkXML, part: NetworkXML, add: boolean) => void;
}

const changed = <T>(
  has: readonly T[] = [],
  [part]: readonly T[] = [],
  add: boolean,
  same: (a: T, b: T) => boolean,
): T[] => {
  const others = has.filter((each) => part === undefined || !same(each, part));
  return add && part !== undefined ? [...others, part] : others;
};

/** By libvirt's number of a section (`virNetworkUpdateSection`). */
const sections: Readonly<Record<number, Section>> = {
  9: {
    wrap: (element) => element,
    change: (xml, { portgroup }, add) =>
      void (xml.portgroup = changed(xml.portgroup, portgroup, add, (a, b) => a.name === b.name)),
  },
  10: {
    wrap: (element) => `<dns>${element}</dns>`,
    change: (xml, { dns }, add) =>
      void (xml.dns = { ...xml.dns, host: changed(xml.dns?.host, dns?.host, add, (a, b) => a.ip === b.ip) }),
  },
  11: {
    wrap: (element) => `<dns>${element}</dns>`,
    change: (xml, { dns }, add) =>
      void (xml.dns = { ...xml.dns, txt: changed(xml.dns?.txt, dns?.txt, add, (a, b) => a.name === b.name) }),
  },
  12: {
    wrap: (element) => `<dns>${element}</dns>`,
    change: (xml, { dns }, add) =>
      void (xml.dns = { ...xml.dns, srv: changed(xml.dns?.srv, dns?.srv, add, (a, b) => a.service === b.service) }),
  },
};

/** Lets a fake daemon have networks, as libvirt's network driver has them. It begins with `default`. */
export function answerNetworks(daemon: FakeDaemon): void {
  const networks = new Map<string, FakeNetwork>();
  const define = (text: string): protocol.NetworkDefineXmlFlagsRet | Failure => {
    const xml = parseNetworkXML(text);
    if (networks.has(xml.name)) {
      const message = `operation failed: network '${xml.name}' already exists with uuid x`;
      return new Failure({ code: 9, domain: 19, message });
    }
    const reference = { name: xml.name, uuid: xml.uuid ?? randomUUID() };
    networks.set(xml.name, { reference, xml, active: false, autostart: 0 });
    return { net: reference };
  };
  define("<network><name>default</name><forward mode='nat'/><ip address='192.168.122.1' netmask='255.255.255.0'/></network>");
  for (const network of networks.values()) network.active = true;
  const withNetwork = <Ret>(
    { name }: { readonly name: string },
    answer: (network: FakeNetwork) => Ret | Failure,
  ): Ret | Failure => {
    const network = networks.get(name);
    return network === undefined ? noNetwork(name) : answer(network);
  };

  daemon.on(procedures.connectListAllNetworks, () => ({
    nets: Array.from(networks.values(), ({ reference }) => reference),
    ret: networks.size,
  }));
  daemon.on(procedures.networkLookupByName, ({ args }) => withNetwork(args, ({ reference }) => ({ net: reference })));
  daemon.on(procedures.networkLookupByUuid, ({ args }) => {
    const found = [...networks.values()].find(({ reference }) => reference.uuid === args.uuid);
    return found === undefined ? noNetwork(args.uuid) : { net: found.reference };
  });
  daemon.on(procedures.networkDefineXml, ({ args }) => define(args.xml));
  daemon.on(procedures.networkDefineXmlFlags, ({ args }) => define(args.xml));
  daemon.on(procedures.networkGetXmlDesc, ({ args }) =>
    withNetwork(args.net, ({ xml }) => ({ xml: formatNetworkXML(xml) })),
  );
  daemon.on(procedures.networkIsActive, ({ args }) =>
    withNetwork(args.net, ({ active }) => ({ active: active ? 1 : 0 })),
  );
  daemon.on(procedures.networkIsPersistent, ({ args }) => withNetwork(args.net, () => ({ persistent: 1 })));
  daemon.on(procedures.networkGetAutostart, ({ args }) => withNetwork(args.net, ({ autostart }) => ({ autostart })));
  daemon.on(procedures.networkSetAutostart, ({ args }) =>
    withNetwork(args.net, (network) => void (network.autostart = args.autostart)),
  );
  daemon.on(procedures.networkCreate, ({ args }) =>
    withNetwork(args.net, (network) => {
      if (network.reference.name.startsWith('broken'))
        return new Failure({ code: 1, domain: 19, message: 'no bridge' });
      network.active = true;
      return undefined;
    }),
  );
  daemon.on(procedures.networkDestroy, ({ args }) => withNetwork(args.net, (network) => void (network.active = false)));
  daemon.on(procedures.networkUndefine, ({ args }) => void networks.delete(args.net.name));
  daemon.on(procedures.connectSupportsFeature, ({ args }) => ({ supported: args.feature === 16 ? 1 : 0 }));
  daemon.on(procedures.networkUpdate, ({ args }) =>
    withNetwork(args.net, ({ xml }) => {
      const section = sections[args.section];
      if (section !== undefined) {
        const add = args.command !== deleting;
        const part = parseNetworkXML(`<network><name>x</name>${section.wrap(args.xml)}</network>`);
        section.change(xml, part, add);
        return undefined;
      }
      const { attributes } = readXML(args.xml);
      const dhcp = xml.ip?.[0]?.dhcp;
      if (dhcp === undefined) return new Failure({ code: 55, domain: 19, message: 'it has no DHCP' });
      const others = (dhcp.host ?? []).filter(({ mac }) => mac?.toLowerCase() !== attributes['mac']?.toLowerCase());
      const own = { mac: attributes['mac'], ip: attributes['ip'] ?? '', name: attributes['name'] };
      dhcp.host = args.command === deleting ? others : [...others, own];
      return undefined;
    }),
  );
  daemon.on(procedures.networkGetDhcpLeases, ({ args }) =>
    withNetwork(args.net, () => ({
      leases: [
        {
          iface: 'virbr0',
          expirytime: 1_800_000_000,
          type: 0,
          mac: '52:54:00:00:00:01',
          ipaddr: '192.168.122.9',
          prefix: 24,
          hostname: 'a',
        },
      ],
      ret: 1,
    })),
  );
}
