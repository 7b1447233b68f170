import { describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { labWays, uniqueName } from '../support/lab.ts';

const { ports } = labWays();

describe("libvirtd's TCP socket", () => {
  it.each(['127.0.0.1', 'localhost'])('answers at %s', async (host) => {
    const connection = await connect(`test+tcp://${host}:${ports.tcp}/default`);
    expect((await connection.listAllDomains()).map(({ name }) => name)).toContain('test');
    await connection.close();
  });

  it('tells events, and takes a thousand calls at once', async () => {
    const connection = await connect(`test+tcp://127.0.0.1:${ports.tcp}/default`);
    const events = connection.domainEvents();
    await events.ready;
    const name = uniqueName('tcp');
    const domain = await connection.createDomainXML(
      `<domain type='test'><name>${name}</name><memory>1024</memory><os><type>hvm</type></os></domain>`,
    );
    const all = await Promise.all(Array.from({ length: 1000 }, () => connection.lookupDomainByName(name)));
    expect(new Set(all.map(({ uuid }) => uuid))).toEqual(new Set([domain.uuid]));
    for await (const event of events) {
      if (event.type === 'lifecycle' && event.domain.name === name && event.event === 'started') break;
    }
    await domain.destroy();
    await connection.close();
  });

  it('only reads where that is asked', async () => {
    const connection = await connect(`test+tcp://127.0.0.1:${ports.tcp}/default`, { readOnly: true });
    const [domain] = await connection.listAllDomains();
    expect(await caught(domain?.suspend() ?? Promise.reject(new Error('no domain')))).toMatchObject({
      code: 'LIBVIRT_OPERATION_DENIED',
      kind: 'permission',
    });
    await connection.close();
  });

  it("is none of TLS: a daemon's TLS port hangs up", async () => {
    const error = await caught(connect(`test+tcp://127.0.0.1:${ports.tls}/default`, { timeoutMs: 5000 }));
    expect(['LIBVIRT_CONNECTION_LOST', 'LIBVIRT_PROTOCOL_ERROR', 'LIBVIRT_TIMEOUT']).toContain(error.code);
  });
});
