import { describe, expect, it } from 'vitest';
import { gssapi } from '../../../src/auth/sasl/gssapi.ts';
import { type Kerberos, type KerberosClient, loadKerberos } from '../../../src/auth/sasl/kerberos.ts';
import type { SaslExchange } from '../../../src/auth/sasl/mechanism.ts';
import { allowedMechanisms, obstacle } from '../../../src/auth/sasl/mechanisms.ts';
import { caught } from '../../support/caught.ts';

const base64 = (...bytes: readonly number[]): string => Buffer.from(bytes).toString('base64');

/** A ticket's owner who is let in after one answer, and to whom the service then offers some layers. */
function scripted(offer: string, asked: string[] = []): Kerberos {
  let complete = false;
  const client: KerberosClient = {
    get contextComplete() {
      return complete;
    },
    async step(challenge) {
      asked.push(`step ${challenge}`);
      complete = challenge !== '';
      return challenge === '' ? base64(7) : '';
    },
    async unwrap() {
      return offer;
    },
    async wrap(bytes, { user }) {
      asked.push(`wrap ${bytes} for "${user}"`);
      return base64(9);
    },
  };
  return {
    GSS_C_MUTUAL_FLAG: 2,
    GSS_C_SEQUENCE_FLAG: 8,
    GSS_C_INTEG_FLAG: 32,
    async initializeClient(service, { gssFlag }) {
      asked.push(`${service} ${gssFlag}`);
      return client;
    },
  };
}

function begin(kerberos: Kerberos): SaslExchange {
  return gssapi(kerberos).begin({
    service: 'libvirt',
    host: 'host.example.com',
    minSsf: 0,
    credentials: async () => {
      throw new Error('a ticket is all that is needed');
    },
  });
}

describe('GSSAPI', () => {
  it('shows the ticket for the service, and ends when no encryption is agreed on', async () => {
    const asked: string[] = [];
    const exchange = begin(scripted(base64(7, 1, 0, 0), asked));
    expect(await exchange.start()).toEqual(Buffer.of(7));
    expect(await exchange.step(Buffer.of(1))).toEqual(Buffer.alloc(0));
    expect(exchange.isComplete).toBe(false);
    expect(await exchange.step(Buffer.of(2))).toEqual(Buffer.of(9));
    expect(exchange.isComplete).toBe(true);
    expect(asked).toEqual([
      'libvirt@host.example.com 42',
      'step ',
      `step ${base64(1)}`,
      `wrap ${base64(7, 1, 0, 0)} for ""`,
    ]);
  });

  it.each([base64(4, 1, 0, 0), ''])(
    'refuses a daemon that insists on an encryption, or offers nothing (%#)',
    async (offer) => {
      const exchange = begin(scripted(offer));
      await exchange.start();
      await exchange.step(Buffer.of(1));
      const error = await caught(exchange.step(Buffer.of(2)) as Promise<unknown>);
      expect(error).toMatchObject({ code: 'LIBVIRT_SERVER_UNTRUSTED', kind: 'permission' });
      expect(exchange.isComplete).toBe(false);
    },
  );

  it('says where to get a ticket', async () => {
    const kerberos = {
      ...scripted(''),
      initializeClient: () => Promise.reject(new Error('No Kerberos credentials available')),
    };
    const error = await caught(begin(kerberos).start() as Promise<unknown>);
    expect(error).toMatchObject({ code: 'LIBVIRT_CREDENTIALS_INVALID', kind: 'permission' });
    expect((error as Error).message).toContain('libvirt/host.example.com (No Kerberos credentials available)');
  });

  it('says what to install where the package is missing', async () => {
    const error = await caught(loadKerberos('kerberos-that-is-not-there'));
    expect(error).toMatchObject({ code: 'LIBVIRT_AUTH_UNSUPPORTED', kind: 'unsupported' });
    expect((error as Error).message).toContain('npm install kerberos');
  });

  it('is used only where it is named, and where something encrypts the connection', () => {
    expect(allowedMechanisms(undefined).map(({ name }) => name)).not.toContain('GSSAPI');
    const [mechanism] = allowedMechanisms({ mechanisms: ['gssapi'] });
    expect(mechanism?.name).toBe('GSSAPI');
    expect(obstacle(gssapi(), 56)).toContain('encrypts nothing');
  });
});
