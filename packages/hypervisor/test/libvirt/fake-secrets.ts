import { procedures, type protocol } from 'node-libvirt';
import { Failure, type FakeDaemon } from 'node-libvirt/testing';
import { parseSecretXML } from 'node-libvirt/xml';

/** A secret for a volume. */
export interface FakeSecret {
  readonly reference: protocol.NonnullSecret;
  readonly xml: string;
  value?: string;
}

const noSecret = (): Failure => new Failure({ code: 66, domain: 30, message: 'Secret not found' });

/** Lets a fake daemon keep secrets for volumes. @returns them, by the paths of the volumes. */
export function answerSecrets(daemon: FakeDaemon): ReadonlyMap<string, FakeSecret> {
  const secrets = new Map<string, FakeSecret>();
  const byUuid = (uuid: string): FakeSecret | undefined =>
    [...secrets.values()].find(({ reference }) => reference.uuid === uuid);
  daemon.on(procedures.secretDefineXml, ({ args }) => {
    const { uuid = '', usage } = parseSecretXML(args.xml);
    const usageID = usage?.volume ?? '';
    if (secrets.has(usageID)) return new Failure({ code: 1, domain: 30, message: 'a secret is already defined' });
    const reference = { uuid, usageType: 1, usageID };
    secrets.set(usageID, { reference, xml: args.xml });
    return { secret: reference };
  });
  daemon.on(procedures.secretSetValue, ({ args }) => {
    const found = byUuid(args.secret.uuid);
    if (found === undefined) return noSecret();
    found.value = Buffer.from(args.value).toString('utf8');
    return undefined;
  });
  daemon.on(procedures.secretLookupByUuid, ({ args }) => {
    const found = byUuid(args.uuid);
    return found === undefined ? noSecret() : { secret: found.reference };
  });
  daemon.on(procedures.secretLookupByUsage, ({ args }) => {
    const found = secrets.get(args.usageID);
    return found === undefined ? noSecret() : { secret: found.reference };
  });
  daemon.on(procedures.secretGetXmlDesc, ({ args }) => {
    const found = byUuid(args.secret.uuid);
    return found === undefined ? noSecret() : { xml: found.xml };
  });
  daemon.on(procedures.secretUndefine, ({ args }) => (secrets.delete(args.secret.usageID) ? undefined : noSecret()));
  return secrets;
}
