import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { labWays } from '../support/lab.ts';

const { ports, pki } = labWays();
const uri = (who: string, host: string = 'localhost', rest: string = ''): string =>
  `test+tls://${host}:${ports.tls}/default?pkipath=${pki}/${who}${rest}`;

describe("libvirtd's TLS socket", () => {
  it.each(['localhost', '127.0.0.1'])('answers at %s, as virsh hears it', async (host) => {
    const connection = await connect(uri('client', host));
    const { stdout } = await promisify(execFile)('virsh', ['-q', '-c', uri('client', host), 'hostname']);
    expect(await connection.getHostname()).toBe(stdout.trim());
    await connection.close();
  });

  it('takes certificates that the program has in its memory', async () => {
    const read = (name: string): Buffer => readFileSync(join(pki, 'client', `${name}.pem`));
    const tls = { ca: read('cacert'), cert: read('clientcert'), key: read('clientkey') };
    const connection = await connect(`test+tls://localhost:${ports.tls}/default`, { tls });
    expect((await connection.listAllDomains()).length).toBeGreaterThan(0);
    await connection.close();
  });

  it.each(['NORMAL:-VERS-TLS1.3', 'NORMAL:-VERS-ALL:+VERS-TLS1.3'])('speaks TLS as %s says', async (priority) => {
    const connection = await connect(uri('client', 'localhost', `&tls_priority=${priority}`));
    expect(await connection.getHostname()).not.toBe('');
    await connection.close();
    const error = await caught(connect(uri('stranger', 'localhost', `&tls_priority=${priority}`)));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED', kind: 'permission' });
    expect(error.message).toContain('CN=stranger');
  });

  it('is not trusted with the CA of somebody else, or under another name', async () => {
    const ca = readFileSync(join(pki, 'other-ca/cacert.pem'));
    expect(await caught(connect(uri('client'), { tls: { ca } }))).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
    const error = await caught(connect(uri('client'), { tls: { serverName: 'another.example' } }));
    expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED' });
    expect(error.message).toContain('is for another name: DNS:localhost');
  });

  it('refuses those who show no certificate', async () => {
    const error = await caught(connect(`test+tls://localhost:${ports.tls}/default?no_verify=1`));
    expect(error).toMatchObject({ code: 'LIBVIRT_CLIENT_REFUSED' });
  });

  it('carries a description of a megabyte, both ways', async () => {
    const connection = await connect(uri('client'));
    const description = 'x'.repeat(1_000_000);
    const xml = `<domain type='test'><name>tls-${process.pid}</name><description>${description}</description><memory>1</memory><os><type>hvm</type></os></domain>`;
    const domain = await connection.defineDomainXML(xml);
    expect(await domain.getXMLDesc()).toContain(description);
    await domain.undefine();
    await connection.close();
  });
});
