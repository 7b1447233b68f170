import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pkiDirectory } from './state.ts';

const days = 'expiration_days = 3650';

/**
 * Makes a CA with certificates for the daemons and for a client, in the folders `server` and `client`, and in `stranger`
 * those of a CA that the daemons have never heard of; all under libvirt's own names, as its `pkipath` wants them.
 */
export function makePki(): void {
  if (existsSync(join(pkiDirectory, 'stranger/clientcert.pem'))) return;
  console.error('Making certificates ...');
  const own = makeAuthority('ca', 'Lab CA');
  const other = makeAuthority('other-ca', 'Some other CA');
  issue(own, 'server', 'server', 'localhost', [
    'dns_name = localhost',
    'ip_address = 127.0.0.1',
    'ip_address = ::1',
    'tls_www_server',
  ]);
  issue(own, 'client', 'client', 'lab client', ['tls_www_client']);
  issue(other, 'stranger', 'client', 'stranger', ['tls_www_client']);
  // The stranger knows the daemons' CA: it is them who do not know the stranger.
  writeFileSync(join(pkiDirectory, 'stranger/cacert.pem'), readFileSync(own.certificate));
}

interface Authority {
  readonly key: string;
  readonly certificate: string;
}

function makeAuthority(name: string, commonName: string): Authority {
  const folder = makeFolder(name);
  const authority = { key: join(folder, 'cakey.pem'), certificate: join(folder, 'cacert.pem') };
  makeKey(authority.key);
  const template = writeTemplate(folder, 'ca', [`cn = "${commonName}"`, 'ca', 'cert_signing_key', days]);
  certtool(
    '--generate-self-signed',
    ...options({ 'load-privkey': authority.key, template, outfile: authority.certificate }),
  );
  return authority;
}

/** Makes `NAMEcert.pem`, `NAMEkey.pem` and `cacert.pem` in a folder. */
function issue(
  authority: Authority,
  folderName: string,
  name: string,
  commonName: string,
  lines: readonly string[],
): void {
  const folder = makeFolder(folderName);
  const key = join(folder, `${name}key.pem`);
  makeKey(key);
  const template = writeTemplate(folder, name, [
    `cn = "${commonName}"`,
    ...lines,
    'signing_key',
    'encryption_key',
    days,
  ]);
  certtool(
    '--generate-certificate',
    ...options({ 'load-privkey': key, template, outfile: join(folder, `${name}cert.pem`) }),
    ...options({ 'load-ca-certificate': authority.certificate, 'load-ca-privkey': authority.key }),
  );
  writeFileSync(join(folder, 'cacert.pem'), readFileSync(authority.certificate));
}

function makeFolder(name: string): string {
  const folder = join(pkiDirectory, name);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function makeKey(file: string): void {
  certtool('--generate-privkey', ...options({ 'key-type': 'rsa', 'sec-param': 'medium', outfile: file }));
}

function writeTemplate(folder: string, name: string, lines: readonly string[]): string {
  const file = join(folder, `${name}.info`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

function options(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);
}

function certtool(...args: readonly string[]): void {
  execFileSync('certtool', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
