import { randomUUID } from 'node:crypto';
import { procedures, type protocol } from 'node-libvirt';
import { Failure, type FakeDaemon } from 'node-libvirt/testing';
import { parseNWFilterXML } from 'node-libvirt/xml';

interface FakeFilter {
  readonly reference: protocol.NonnullNwfilter;
  readonly xml: string;
}

/** As libvirt brings it along, with a rule that says more than ours can. */
const cleanTraffic = `<filter name='clean-traffic' chain='root'><uuid>00000000-0000-4000-8000-00000000f117</uuid>
  <rule action='return' direction='out' priority='350'><mac protocolid='arp'/></rule></filter>`;

/** Lets a fake daemon have network filters. It begins with `clean-traffic`. */
export function answerFilters(daemon: FakeDaemon): void {
  const filters = new Map<string, FakeFilter>();
  const define = (xml: string): { readonly nwfilter: protocol.NonnullNwfilter } | Failure => {
    const { name, uuid = randomUUID() } = parseNWFilterXML(xml);
    const known = filters.get(name);
    if (known !== undefined && known.reference.uuid !== uuid)
      return new Failure({ code: 9, domain: 31, message: `filter '${name}' already exists with uuid x` });
    filters.set(name, { reference: { name, uuid }, xml });
    return { nwfilter: { name, uuid } };
  };
  define(cleanTraffic);
  const answer = <Ret>(found: FakeFilter | undefined, ret: (filter: FakeFilter) => Ret): Ret | Failure =>
    found === undefined ? new Failure({ code: 62, domain: 31, message: 'no nwfilter' }) : ret(found);
  const reference = ({ reference: nwfilter }: FakeFilter): { readonly nwfilter: protocol.NonnullNwfilter } => ({
    nwfilter,
  });

  daemon.on(procedures.nwfilterDefineXml, ({ args }) => define(args.xml));
  daemon.on(procedures.nwfilterLookupByName, ({ args: { name } }) => answer(filters.get(name), reference));
  daemon.on(procedures.nwfilterLookupByUuid, ({ args: { uuid } }) =>
    answer(
      [...filters.values()].find((filter) => filter.reference.uuid === uuid),
      reference,
    ),
  );
  daemon.on(procedures.connectListAllNwfilters, () => ({
    filters: Array.from(filters.values(), (filter) => filter.reference),
    ret: filters.size,
  }));
  daemon.on(procedures.nwfilterGetXmlDesc, ({ args }) =>
    answer(filters.get(args.nwfilter.name), ({ xml }) => ({ xml })),
  );
  daemon.on(procedures.nwfilterUndefine, ({ args }) =>
    answer(filters.get(args.nwfilter.name), ({ reference: { name } }) => void filters.delete(name)),
  );
}
