import { describe, expect, it } from 'vitest';
import { procedures as p } from '../../src/index.ts';
import { caught } from '../support/caught.ts';
import { fakeDomain } from '../support/fake-domain.ts';
import { silence } from '../../src/testing/fake-daemon.ts';
import { useWire } from '../support/wire.ts';

const wire = useWire();

/** A host with ten CPUs: a map of it has two bytes. */
function tenCpus(): void {
  wire.answer(p.nodeGetCpuMap, { cpumap: new Uint8Array(), online: 0, ret: 10 });
}

describe('the CPUs of a domain', () => {
  it('are asked for in several calls under one deadline', async () => {
    tenCpus();
    wire.server.on(p.domainGetEmulatorPinInfo, () => silence);
    const started = performance.now();
    const error = await caught(fakeDomain(wire).getEmulatorPinInfo({ timeoutMs: 50 }));
    expect(error).toMatchObject({ code: 'LIBVIRT_TIMEOUT', message: 'getEmulatorPinInfo got no answer within 50 ms' });
    expect(performance.now() - started).toBeLessThan(250);
    expect(await caught(fakeDomain(wire).getVcpus({ signal: AbortSignal.abort() }))).toMatchObject({
      code: 'LIBVIRT_ABORTED',
    });
  });
});
