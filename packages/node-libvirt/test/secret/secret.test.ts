import { describe, expect, it } from 'vitest';
import { type Connection, procedures as p } from '../../src/index.ts';
import { Secret } from '../../src/secret/secret.ts';
import { Failure } from '../../src/testing/fake-daemon.ts';
import { caught } from '../support/caught.ts';
import { itAsks, useWire } from '../support/wire.ts';

const wire = useWire();
const secret = { uuid: '00000000-0000-4000-8000-00000000000d', usageType: 2, usageID: 'client.admin' };
const told = { uuid: secret.uuid, usageType: 'ceph', usageId: 'client.admin' };

describe('a connection, about secrets', () => {
  itAsks<Connection>(wire, () => wire.connection, [
    [
      'lists some',
      (c) => c.listAllSecrets({ ephemeral: true, noPrivate: true }),
      p.connectListAllSecrets,
      { needResults: 1, flags: 9 },
      { secrets: [secret], ret: 1 },
      [told],
    ],
    ['counts them', (c) => c.numOfSecrets(), p.connectNumOfSecrets, undefined, { num: 1 }, 1],
    [
      'names them',
      (c) => c.listSecrets(),
      p.connectListSecrets,
      { maxuuids: 16_384 },
      { uuids: [secret.uuid] },
      [secret.uuid],
    ],
    [
      'finds one',
      (c) => c.lookupSecretByUUID(secret.uuid),
      p.secretLookupByUuid,
      { uuid: secret.uuid },
      { secret },
      told,
    ],
    [
      'finds one by what it is for',
      (c) => c.lookupSecretByUsage('ceph', 'client.admin'),
      p.secretLookupByUsage,
      { usageType: 2, usageID: 'client.admin' },
      { secret },
      told,
    ],
    [
      'defines one',
      (c) => c.defineSecretXML('<secret/>', { validate: true }),
      p.secretDefineXml,
      { xml: '<secret/>', flags: 1 },
      { secret: { ...secret, usageType: 99 } },
      { ...told, usageType: 'unknown' },
    ],
  ]);
});

describe('a secret', () => {
  const own = (): Secret => new Secret(wire.connection.raw, secret);
  itAsks<Secret>(wire, own, [
    ['is a reference', (s) => Promise.resolve(s.secret), p.connectGetType, [], undefined, secret],
    ['has XML', (s) => s.getXMLDesc(), p.secretGetXmlDesc, { secret, flags: 0 }, { xml: '<secret/>' }, '<secret/>'],
    [
      'gets a value: bytes of any kind',
      (s) => s.setValue(Uint8Array.of(0, 255, 10)),
      p.secretSetValue,
      { secret, value: Uint8Array.of(0, 255, 10), flags: 0 },
    ],
    [
      'has a value',
      (s) => s.getValue(),
      p.secretGetValue,
      { secret, flags: 0 },
      { value: Uint8Array.of(1, 2) },
      [1, 2],
    ],
    ['is removed', (s) => s.undefine(), p.secretUndefine, { secret }],
  ]);

  it('never stands in an error', async () => {
    const value = new TextEncoder().encode('hunter2');
    wire.server.on(p.secretSetValue, () => new Failure({ code: 66, message: 'no secret' }));
    const errors = [
      await caught(own().setValue(value)),
      await caught(own().setValue(new Uint8Array(70_000).fill(104))),
      await caught(own().setValue('hunter2' as unknown as Uint8Array)),
      await caught(wire.connection.lookupSecretByUsage('hunter' as 'tls', 'x')),
    ];
    expect(errors.map(({ code }) => code)).toEqual([
      'LIBVIRT_NO_SECRET',
      'LIBVIRT_ARGUMENT_INVALID',
      'LIBVIRT_ARGUMENT_INVALID',
      'LIBVIRT_ARGUMENT_INVALID',
    ]);
    for (const error of errors) {
      const everything = `${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
      expect(everything).not.toContain('hunter2');
      expect(everything).not.toContain('104,104');
    }
  });
});
