import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTlsCredentials } from '../../src/transport/tls-credentials.ts';
import { caught } from '../support/caught.ts';
import { pem } from '../support/fronts.ts';
import { environment, target } from '../support/target.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function put(folder: string, ...names: readonly ('ca' | 'client' | 'client-key' | 'server-revoked')[]): void {
  const files = { ca: 'cacert', client: 'clientcert', 'client-key': 'clientkey', 'server-revoked': 'cacrl' };
  mkdirSync(join(home, folder), { recursive: true });
  for (const name of names) writeFileSync(join(home, folder, `${files[name]}.pem`), pem(`${name}.pem`));
}

const find = (query: string = '', options = {}): ReturnType<typeof findTlsCredentials> =>
  findTlsCredentials(target(`qemu://host/system${query}`), environment({ homeDirectory: home }), options);

describe('findTlsCredentials', () => {
  it("takes the user's own files", async () => {
    put('.pki/libvirt', 'ca', 'client', 'client-key', 'server-revoked');
    expect(await find()).toMatchObject({
      ca: pem('ca.pem'),
      crl: pem('server-revoked.pem'),
      cert: pem('client.pem'),
      key: pem('client-key.pem'),
    });
  });

  it('takes a certificate for none when its key is missing', async () => {
    put('.pki/libvirt', 'ca', 'client');
    expect(await find()).toMatchObject({ cert: undefined, key: undefined, identity: 'none, as none was found' });
  });

  it("needs the CA's, unless the URI says that the daemon is not to be verified", async () => {
    const error = await caught(find());
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID', kind: 'invalid' });
    expect(error.message).toContain(`there is no ${home}/.pki/libvirt/cacert.pem and no /etc/pki/CA/cacert.pem`);
    expect(await find('?no_verify=1')).toMatchObject({ ca: undefined });
  });

  it('looks for nothing in the home of root', async () => {
    put('.pki/libvirt', 'ca');
    const root = environment({ userId: 0, homeDirectory: home });
    const error = await caught(findTlsCredentials(target('qemu://host/system'), root));
    expect(error.message).toContain('there is no /etc/pki/CA/cacert.pem to know');
  });

  it('takes all from the folder that the URI names, or fails', async () => {
    put('mine', 'ca', 'client', 'client-key');
    expect(await find(`?pkipath=${home}/mine`)).toMatchObject({ cert: pem('client.pem'), crl: undefined });
    rmSync(join(home, 'mine/clientkey.pem'));
    expect((await caught(find(`?pkipath=${home}/mine`))).message).toContain('but one is missing');
    rmSync(join(home, 'mine/cacert.pem'));
    expect((await caught(find(`?pkipath=${home}/mine`))).message).toContain(`there is no ${home}/mine/cacert.pem`);
  });

  it('prefers what the caller gives', async () => {
    put('.pki/libvirt', 'ca', 'client', 'client-key', 'server-revoked');
    const given = { ca: pem('other-ca.pem'), cert: pem('stranger.pem'), key: Buffer.from(pem('stranger-key.pem')) };
    expect(await find('', given)).toMatchObject({ ...given, crl: undefined });
    expect(await find('', { ca: given.ca })).toMatchObject({ ca: given.ca, cert: pem('client.pem') });
  });

  it.each([
    [{ cert: pem('client.pem') }, 'needs cert and key together'],
    [{ key: pem('client-key.pem') }, 'needs cert and key together'],
    [{ ca: 'nonsense' }, "the CA's certificate is no certificate in PEM form"],
    [{ cert: 'nonsense', key: pem('client-key.pem') }, 'our certificate is no certificate'],
    [{ cert: pem('client.pem'), key: 'nonsense' }, 'our private key can not be used'],
  ])('refuses what can not be used: %#', async (given, why) => {
    const error = await caught(find('', { ca: pem('ca.pem'), ...given }));
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID' });
    expect(error.message).toContain(why);
  });
});
