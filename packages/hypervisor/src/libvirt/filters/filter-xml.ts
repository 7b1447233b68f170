import { formatNWFilterXML, parseNWFilterXML, type NWFilterXML } from 'node-libvirt/xml';
import type { NetworkFilterSpec } from '../../spec/definition/network-interface-spec.ts';
import type { Filter, FilterProtocol, FilterRule, FilterSpec } from '../../spec/operations/filters.ts';

type Rule = NonNullable<NWFilterXML['rule']>[number];
/** What a rule of one of our protocols may say; all of them have it alike. */
type Match = Readonly<Partial<Record<string, string>>>;

const protocols: readonly FilterProtocol[] = [
  'all',
  'tcp',
  'udp',
  'icmp',
  'all-ipv6',
  'tcp-ipv6',
  'udp-ipv6',
  'icmpv6',
];
const known = new Set(
  'srcipaddr srcipmask dstipaddr dstipmask srcportstart srcportend dstportstart dstportend'.split(' '),
);

/** The XML of a filter (<https://libvirt.org/formatnwfilter.html>). */
export function filterXml({ name, chain = 'root', includes = [], rules = [] }: FilterSpec, uuid: string): string {
  return formatNWFilterXML({
    name,
    chain,
    uuid,
    filterref: includes.map((filter) => ({
      filter: filter.name,
      parameter: Object.entries(filter.parameters ?? {}).map(([key, value]) => ({ name: key, value })),
    })),
    rule: rules.map(ruleXml),
  });
}

function ruleXml({ action, direction, priority = 500, protocol, ...match }: FilterRule): Rule {
  if (protocol === undefined) return { action, direction, priority };
  const { source, destination, sourcePorts, destinationPorts } = match;
  const matched = {
    ...addresses('src', source),
    ...addresses('dst', destination),
    srcportstart: sourcePorts && String(sourcePorts[0]),
    srcportend: sourcePorts && String(sourcePorts[1]),
    dstportstart: destinationPorts && String(destinationPorts[0]),
    dstportend: destinationPorts && String(destinationPorts[1]),
  };
  const said = Object.fromEntries(Object.entries(matched).filter(([, value]) => value !== undefined));
  return { action, direction, priority, [protocol]: said };
}

function addresses(side: 'src' | 'dst', network: string | undefined): Readonly<Record<string, string>> {
  if (network === undefined) return {};
  const [address = '', prefix] = network.split('/');
  return { [`${side}ipaddr`]: address, ...(prefix === undefined ? {} : { [`${side}ipmask`]: prefix }) };
}

/** A filter in the common model. */
export function readFilter(xml: string): Filter {
  const { name, uuid = '', chain = 'root', filterref = [], rule = [] } = parseNWFilterXML(xml);
  const rules = rule.map(readRule);
  return {
    id: uuid,
    name,
    chain,
    includes: filterref.map(readUse),
    rules: rules.filter((each) => each !== undefined),
    otherRules: rules.filter((each) => each === undefined).length,
  };
}

function readUse({ filter, parameter = [] }: NonNullable<NWFilterXML['filterref']>[number]): NetworkFilterSpec {
  if (parameter.length === 0) return { name: filter };
  return { name: filter, parameters: Object.fromEntries(parameter.map(({ name, value }) => [name, value])) };
}

/** Nothing when it says more than we have words for: masks, marks, states. */
function readRule({ action, direction, priority = 500, statematch, ...rest }: Rule): FilterRule | undefined {
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const common = { action, direction, priority };
  if (statematch !== undefined || given.length > 1) return undefined;
  const [only] = given;
  if (only === undefined) return common;
  const protocol = protocols.find((each) => each === only[0]);
  const match = only[1] as Match;
  const says = Object.keys(match).filter((key) => match[key] !== undefined);
  if (protocol === undefined || says.some((key) => !known.has(key))) return undefined;
  const source = networkOf(match['srcipaddr'], match['srcipmask']);
  const destination = networkOf(match['dstipaddr'], match['dstipmask']);
  const sourcePorts = portsOf(match['srcportstart'], match['srcportend']);
  const destinationPorts = portsOf(match['dstportstart'], match['dstportend']);
  return {
    ...common,
    protocol,
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
    ...(sourcePorts === undefined ? {} : { sourcePorts }),
    ...(destinationPorts === undefined ? {} : { destinationPorts }),
  };
}

function networkOf(address: string | undefined, mask: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return mask === undefined ? address : `${address}/${mask}`;
}

function portsOf(first: string | undefined, last: string | undefined = first): readonly [number, number] | undefined {
  return first === undefined ? undefined : [Number(first), Number(last)];
}
